"""One folder a messenger, the contract that all of them meet, and the provider emulators."""
