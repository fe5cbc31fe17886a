package dev.posthaste.web.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ModuleBundleTest {
    @Test
    void modulesFollowThoseThatTheyImportAndKeepTheirNamesApart() {
        String bundle = ModuleBundle.of(
                Map.of(
                        "app/main.js",
                                "import { one, two as other } from \"./numbers.js\";\nconst two = one + other;\n",
                        "app/numbers.js", "export const one = 1;\nexport function two() {}\nconst hidden = 3;\n",
                        "app/unused.js", "export const unused = 1;\n"),
                "app/main.js");

        assertThat(bundle).isEqualTo("""
                // app/numbers.js
                const module0 = (() => {
                const one = 1;
                function two() {}
                const hidden = 3;

                return { one, two };
                })();
                // app/main.js
                const module1 = (() => {
                const { one, two: other } = module0;
                const two = one + other;

                return {  };
                })();
                """);
    }

    @Test
    void whatIsVendoredIsTakenAsItIsPublished() {
        String bundle = ModuleBundle.of(
                Map.of(
                        "app/main.js",
                        "import htm from \"../vendor/htm.mjs\";\nimport { h } from \"../vendor/preact.mjs\";\nhtm(h);\n",
                        "vendor/htm.mjs",
                        "var n=1;export default function(s){return s}",
                        "vendor/preact.mjs",
                        "var a,b;export{a as h,b as render};\n//# sourceMappingURL=preact.mjs.map\n"),
                "app/main.js");

        assertThat(bundle)
                .contains("const { default: htm } = module0;")
                .contains("const { h } = module1;")
                .contains("const exportedDefault = function(s){return s}")
                .contains("return { h: a, render: b };")
                .doesNotContain("sourceMappingURL");
    }

    @Test
    void aModuleIsThereOnce() {
        String bundle = ModuleBundle.of(
                Map.of(
                        "main.js", "import { a } from \"./a.js\";\nimport { b } from \"./b.js\";\n",
                        "a.js", "import { b } from \"./b.js\";\nexport const a = b;\n",
                        "b.js", "export const b = 1;\n"),
                "main.js");

        assertThat(bundle.split("export const b|const b = 1", -1)).hasSize(2);
    }

    @Test
    void whatIsLoadedLaterIsLoadedLater() {
        String bundle = ModuleBundle.of(Map.of("main.js", "const load = () => import(\"./later.js\");\n"), "main.js");

        assertThat(bundle).contains("import(\"./later.js\")").doesNotContain("// later.js");
    }

    @Test
    void whatItDoesNotKnowIsRefused() {
        refused("import * as all from \"./b.js\";\n", "of a kind that is not known");
        refused("import \"./b.js\";\n", "of a kind that is not known");
        refused("export let changing = 1;\n", "of a kind that is not known");
        refused("export * from \"./b.js\";\n", "of a kind that is not known");
        refused("export const { a } = b;\n", "without a name of its own");
        refused("import { b } from \"./missing.js\";\n", "there is no module missing.js");
        refused("import { b } from \"./main.js\";\n", "in a circle");
    }

    private static void refused(String source, String why) {
        assertThatThrownBy(() -> ModuleBundle.of(Map.of("main.js", source, "b.js", ""), "main.js"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(why);
    }
}
