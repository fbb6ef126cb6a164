// What pages see of Meta's JavaScript SDK when a number signs up: `FB.init`, and `FB.login` with a configuration.

const server = new URL(document.currentScript.src).origin;

window.FB = {
  init() {},
  login(answered, options) {
    const query = new URLSearchParams({
      config_id: options.config_id,
      feature: options.extras?.featureType ?? "",
      opener: location.origin,
    });
    window.addEventListener("message", (event) => {
      if (event.origin === server && event.data?.sandboxCode !== undefined) {
        const code = event.data.sandboxCode;
        answered(code ? { status: "connected", authResponse: { code } } : { status: "unknown", authResponse: null });
      }
    });
    window.open(`${server}/signup-dialog?${query}`, "signup", "width=600,height=700");
  },
};
window.fbAsyncInit?.();
