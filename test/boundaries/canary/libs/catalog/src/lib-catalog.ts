import '@gateway/telemetry';
