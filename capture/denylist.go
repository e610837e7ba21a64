package capture

// filtered stands where a value was, as in Sentry's own SDKs.
const filtered = "[Filtered]"
