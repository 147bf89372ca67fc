import '@gateway/domain/src/money';
