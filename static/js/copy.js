// A button that puts a link on the clipboard. Without this file the link stands there to be selected.
"use strict";

(() => {
  if (!navigator.clipboard) return;
  for (const box of document.querySelectorAll("[data-copy]")) {
    const from = box.querySelector("[data-copy-from]");
    const button = box.querySelector("[data-copy-button]");
    const status = box.parentElement.querySelector("[data-copy-status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(from.value);
        status.textContent = "写しとりました。";
      } catch {
        from.select();
        status.textContent = "写しとれませんでした。選んだ文字を写してください。";
      }
    });
  }
})();
