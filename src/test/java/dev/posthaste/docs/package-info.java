/** What the documentation says, held against what there is. */
@NullMarked
package dev.posthaste.docs;

import org.jspecify.annotations.NullMarked;
