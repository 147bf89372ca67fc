import '@gateway/wire-formats';
