// Small helps only: every page works without this file.
"use strict";

(() => {
  document.documentElement.classList.replace("no-js", "js");

  // The error summary is the first thing to read after a form came back.
  const focusSummary = (root) => {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  };

  // The server answers with all errors at once, in one place; the browser's bubbles would hide that.
  const calmValidation = (root) => {
    for (const form of root.querySelectorAll("form[method=post]")) form.noValidate = true;
  };

  // Counting characters while they are typed.
  const startCounters = (root) => {
    for (const output of root.querySelectorAll("[data-count-for]")) {
      const field = document.getElementById(output.dataset.countFor);
      if (!field || field.dataset.counted) continue;
      field.dataset.counted = "yes";
      const limit = Number(output.dataset.limit);
      // The browser would cut what is pasted; counting over the limit loses nothing.
      field.removeAttribute("maxlength");
      const update = () => {
        const left = limit - [...field.value.replace(/\r\n?/g, "\n")].length;
        output.textContent = left >= 0 ? `あと${left.toLocaleString()}文字` : `${(-left).toLocaleString()}文字多いです`;
        output.classList.toggle("field__count--over", left < 0);
      };
      field.addEventListener("input", update);
      update();
    }
  };

  // A chosen picture is shown before it is sent: drawn on a canvas, since the page allows no data: or blob: pictures.
  const preview = async (input) => {
    const box = input.closest("[data-file-preview]");
    if (!box) return;
    box.querySelector(".file-preview")?.remove();
    const file = input.files?.[0];
    if (!file) return;
    const shown = document.createElement("div");
    shown.className = "file-preview";
    if (file.type.startsWith("image/") && "createImageBitmap" in window) {
      try {
        const bitmap = await createImageBitmap(file);
        const scale = Math.min(1, 192 / bitmap.width, 144 / bitmap.height);
        const canvas = document.createElement("canvas");
        canvas.className = "file-preview__picture";
        canvas.width = Math.round(bitmap.width * scale);
        canvas.height = Math.round(bitmap.height * scale);
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", "選んだ写真");
        canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        bitmap.close();
        shown.append(canvas);
      } catch {
        // Not a picture the browser can draw; its name and size are enough.
      }
    }
    const name = document.createElement("p");
    const megabytes = file.size / 1024 / 1024;
    const size = megabytes >= 1 ? `${megabytes.toFixed(1)}MB` : `${Math.max(1, Math.round(file.size / 1024))}KB`;
    name.textContent = `選んだファイル：${file.name}（${size}）`;
    shown.append(name);
    box.append(shown);
  };

  // One press, one sending. The button comes back when the page does.
  const release = (form) => {
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
    // A download or a dropped connection leaves the page standing.
    setTimeout(() => release(form), 8000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) release(form);
  });

  // The menu closes with Escape and by a press elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector(".menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    const menu = document.querySelector(".menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  // Printing and the other few buttons that need a script are shown only with one.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  // A ready sentence goes into the box beside it, to be changed there.
  document.addEventListener("change", (event) => {
    const fills = event.target.matches("[data-fills]") && event.target.form?.elements[event.target.dataset.fills];
    if (!fills) return;
    fills.value = event.target.closest("label, .choice")?.textContent.trim() ?? "";
    fills.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file]")) preview(event.target);
  });

  const start = (root) => {
    calmValidation(root);
    startCounters(root);
    for (const button of root.querySelectorAll("[data-print][hidden]")) button.hidden = false;
  };
  start(document);
  focusSummary(document);
  document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
})();
