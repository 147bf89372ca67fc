import '@gateway/bus';
