import '@gateway/local';
