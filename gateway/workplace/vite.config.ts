import { defineConfig } from "vite";

/** Words of each language have files of the same names: `ru/basic.ts` becomes `ru_basic.js`. */
const wordsName = (path: string) => path.replace(/^.*\/(\w+)\/(\w+)\.ts$/, "$1_$2.js");

// The names of the built files are fixed, so that a change shows as a change of few files: the server puts a
// hash over all of them into their address (gateway/pages/workplace_page.py).
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../static/workplace",
    emptyOutDir: true,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    rollupOptions: {
      // How a message is drawn is a file of its own, so that its tests can ask it for any content in a browser.
      preserveEntrySignatures: "allow-extension",
      input: { main: "src/main.ts", drawn: "src/inbox/thread/drawn.tsx", service_worker: "src/push/service_worker.ts" },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: ({ facadeModuleId }) => (facadeModuleId ?? "").match(/languages\/\w+\/\w+/) ? wordsName(facadeModuleId!) : "[name].js",
        assetFileNames: "[name][extname]",
        // What the start and the screens share is one file: few requests at the first view. QR codes, the palette and some fields are seldom shown.
        codeSplitting: { groups: [{ name: "shared", test: /node_modules\/(?!uplot)|src\/(core|frame|ui)\/(?!qr|palette|commands|settled|duration)|src\/sign_in\/openid\b|src\/inbox\/(thread\/(message|content|chips|words|media|links|outcome|helped|names|around|actions)\.|closing\.|prices|kind_name|composing|types|may|control|side\/(card|snooze_times|topic_tree)|list\/(actions|bulk_said|saved_views|ready_offer|ready_rule))\b/ }] },
      },
    },
  },
});
