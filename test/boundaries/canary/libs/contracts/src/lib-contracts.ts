import '@gateway/catalog';
