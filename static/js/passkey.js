// Passkeys need a script: their buttons are shown only with one, and a failure is told in the page.
"use strict";

(() => {
  const possible = "PublicKeyCredential" in window;
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = !possible;
  for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = possible;
  document.addEventListener("allauth.error", (event) => {
    const told = document.querySelector("[data-passkey-error]");
    if (!told) return;
    event.preventDefault();
    told.hidden = false;
  });
})();
