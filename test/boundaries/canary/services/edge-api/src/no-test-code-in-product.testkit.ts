import '@gateway/testkit';
