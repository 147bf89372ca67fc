import '@gateway/contracts';
