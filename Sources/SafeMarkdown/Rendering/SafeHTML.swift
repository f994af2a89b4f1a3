/// HTML that the renderer made, and nobody else can: what has this type may be put into a page as it is.
///
/// Every element is closed, every attribute is quoted, and there are no scripts, styles, event handlers or addresses that the policy
/// did not allow.
package struct SafeHTML: Hashable, Sendable {
    /// The elements, one block a line.
    package let text: String

    init(text: String) { self.text = text }
}
