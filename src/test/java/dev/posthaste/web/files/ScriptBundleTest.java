package dev.posthaste.web.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ScriptBundleTest {
    @Test
    void aModuleComesOnceAndBeforeThoseThatImportIt() {
        String script = bundle(Map.of(
                "app/main.js", "import { a } from \"./a.js\";\nimport { b } from \"./b.js\";\na(b);\n",
                "app/a.js", "import { b } from \"./b.js\";\nexport const a = x => x + b;\n",
                "app/b.js", "export const b = 1;\n"));

        assertThat(script).containsSubsequence("// app/b.js", "// app/a.js", "// app/main.js");
        assertThat(script.split("// app/b.js", -1)).hasSize(2);
    }

    @Test
    void whatAModuleExportsIsWhatItsFunctionGivesUnderTheNamesOfItsImporter() {
        String script = bundle(Map.of(
                "app/main.js", """
                        import h from "../vendor/h.mjs";
                        import { a as first, C } from "./a.js";
                        h(first, C);
                        """,
                "app/a.js", """
                        const z = 1;
                        export const a = 2;
                        export class C {}
                        export async function later() {}
                        export function* many() {}
                        export { z };
                        """,
                "vendor/h.mjs", "var n=1;export default function(s){return n}\n"));

        assertThat(script)
                .contains("const { default: h } = m2_vendor_h_mjs;")
                .contains("const { a: first, C } = m3_app_a_js;")
                .contains("const $default = function(s){return n}")
                .contains("return { a, C, later, many,  z  };")
                .doesNotContain("export")
                .doesNotContain("import");
    }

    @Test
    void whatTheVendoredFilesSayIsUnderstood() {
        String script = bundle(Map.of(
                "app/main.js", "import { Component } from \"../vendor/p.mjs\";\n",
                "vendor/p.mjs", "var x=1,$=2;export{x as Component,$ as Fragment};\n//# sourceMappingURL=p.mjs.map\n"));

        assertThat(script).contains("return { Component: x,Fragment: $ };").doesNotContain("sourceMappingURL");
    }

    @Test
    void aModuleThatIsAskedForLaterStaysOne() {
        assertThat(bundle(Map.of("app/main.js", "const later = () => import(\"../vendor/big.js\");\n")))
                .contains("import(\"../vendor/big.js\")");
    }

    @Test
    void modulesThatImportOneAnotherAreRefused() {
        Map<String, String> circle = Map.of(
                "app/main.js", "import { a } from \"./a.js\";\nexport const b = 1;\n",
                "app/a.js", "import { b } from \"./main.js\";\nexport const a = 1;\n");

        assertThatThrownBy(() -> bundle(circle)).hasMessageContaining("app/main.js imports itself");
    }

    @Test
    void aFormThatIsNotKnownIsRefusedRatherThanServedBroken() {
        assertThatThrownBy(() -> bundle(Map.of("app/main.js", "export let x = 1;\n")))
                .hasMessageContaining("app/main.js imports or exports in a way");
        assertThatThrownBy(() -> bundle(Map.of("app/main.js", "import * as x from \"./x.js\";\n")))
                .hasMessageContaining("app/main.js imports or exports in a way");
    }

    private static String bundle(Map<String, String> files) {
        return ScriptBundle.of("app/main.js", files::get);
    }
}
