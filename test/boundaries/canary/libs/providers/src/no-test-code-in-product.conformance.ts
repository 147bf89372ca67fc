import '@gateway/provider-kit/conformance';
