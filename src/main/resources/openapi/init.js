// The page of the API. The description lies beside it, under whatever prefix this server has.
"use strict";

// Swagger UI cleans what it makes of descriptions and then sets it as text. What could run is refused here once more.
window.trustedTypes?.createPolicy("default", {
  createHTML: html => (/<\s*(script|iframe|object|embed)|\son[a-z]+\s*=|javascript:/i.test(html) ? null : html),
});

// By night as the dashboard of this server is: as was chosen there, else as the system is.
const night = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    return JSON.parse(localStorage.getItem(`posthaste${location.pathname.replace(/\/[^/]*$/, "")}`))?.prefs?.theme;
  } catch {
    return "auto";
  }
}

function wear() {
  const theme = chosen();
  document.documentElement.classList.toggle("dark-mode", theme === "dark" || (theme !== "light" && night.matches));
}

night.addEventListener("change", wear);
wear();

SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  domNode: document.getElementById("docs"),
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // Nobody else is told what is looked at, and no address can make this page show another description.
  validatorUrl: null,
  queryConfigEnabled: false,
});
