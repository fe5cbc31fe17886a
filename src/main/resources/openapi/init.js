// The page of the API. The description lies beside it, under whatever prefix this server has.
"use strict";

SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  domNode: document.getElementById("docs"),
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // Nobody else is told what is looked at, and no address can make this page show another description.
  validatorUrl: null,
  queryConfigEnabled: false,
});
