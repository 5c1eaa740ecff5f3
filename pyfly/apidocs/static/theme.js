// Light, dark, or what the system says. A classic script in the head, so that the first paint is right already.
"use strict";
(() => {
  const KEY = "pyfly-docs-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off: the system decides
    }
  };
  const apply = () => {
    const theme = chosen() ?? (system.matches ? "dark" : "light");
    root.dataset.theme = theme; // what asyncapi-viewer and our own styles follow
    root.classList.toggle("dark-mode", theme === "dark"); // what Swagger UI follows
    const button = document.querySelector("[data-theme-switch]");
    button?.setAttribute("aria-label", theme === "dark" ? "Switch to light colours" : "Switch to dark colours");
  };
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("DOMContentLoaded", () => {
    apply();
    document.querySelector("[data-theme-switch]").addEventListener("click", () => {
      const next = root.dataset.theme === "dark" ? "light" : "dark";
      try {
        // What the system says anyway need not be remembered, and goes on following it.
        if ((next === "dark") === system.matches) localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, next);
      } catch {
        system.removeEventListener("change", apply);
        root.dataset.theme = next;
        root.classList.toggle("dark-mode", next === "dark");
        return;
      }
      apply();
    });
  });
})();
