/// A piece of running text before it is known what is within what.
enum InlineToken {
    /// Bytes of the source as they are.
    case text(Range<Int>)
    /// A range of the characters that references stand for.
    case characters(Range<Int>)
    case code(Range<Int>)
    case html(Range<Int>)
    /// An address that links to itself.
    case address(Range<Int>, AddressPrefix)
    /// A run of marks that may open and close something, by its place among all.
    case delimiters(Int)
    /// The start of a link, by its place among all.
    case linkStart(Int)
    case linkEnd
    case softBreak
    case lineBreak
}

/// What is put before an address that stands for itself.
enum AddressPrefix: String {
    case none = ""
    case http = "http://"
    case mailto = "mailto:"
}

/// A link while running text is read.
struct InlineLink {
    var destination: String
    var title: String?
    var isImage: Bool
}

/// A bracket that may be the start of a link.
struct InlineBracket {
    /// Where it is among the tokens.
    var token: Int
    var isImage: Bool
    /// One past it in the text.
    var position: Int
    /// The last run of delimiters before it.
    var delimiters: Int
    /// Whether another bracket has been opened after it.
    var hasBracketAfter = false
}
