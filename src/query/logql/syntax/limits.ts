// Named limits of the language itself: how much text and how much structure a query may have.

/** Bytes of UTF-8 of a whole query; one more is refused. */
export const queryBytesMax = 131_071;
/** Parentheses, function calls and operators inside one another. */
export const queryDepthMax = 400;
/** Bytes that a template may print for one line or label. */
export const templateOutputMax = 1_048_576;
/** Actions that one execution of a template may run: bounds loops and recursion of templates. */
export const templateStepsMax = 100_000;
/** Blocks inside one another, in a template's text and in its execution. */
export const templateDepthMax = 100;
/** Objects inside one another that the json parser flattens. */
export const jsonDepthMax = 128;
