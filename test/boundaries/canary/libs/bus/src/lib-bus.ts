import '@gateway/service-kit';
