import '@gateway/storage';
