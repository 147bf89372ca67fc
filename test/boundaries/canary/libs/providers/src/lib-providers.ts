import '@gateway/config';
