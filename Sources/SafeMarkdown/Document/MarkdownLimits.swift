/// How much of what a text asks for is done.
package struct MarkdownLimits: Hashable, Sendable {
    /// How deep quotes and list items may be within each other, and emphasis and links within each other, from 1 to 64; numbers
    /// beyond count as the nearest of these. What is deeper is kept as text of the innermost.
    package var nesting: Int

    /// How many bytes of addresses and titles references to definitions may repeat, for a short text could otherwise become a very
    /// long one. References after that are text.
    package var repeatedBytes: Int

    /// Limits that no text written by hand reaches.
    package init(nesting: Int = 32, repeatedBytes: Int = 100_000) {
        self.nesting = nesting
        self.repeatedBytes = repeatedBytes
    }

    /// The nesting within its bounds, which keep recursion shallow.
    var boundedNesting: Int { min(max(nesting, 1), 64) }
}
