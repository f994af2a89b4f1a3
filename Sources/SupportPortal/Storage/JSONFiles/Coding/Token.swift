/// A value in a JSON text.
struct Token {
    enum Kind: UInt8 {
        case null, no, yes, number, string, array, object
    }

    let kind: Kind
    /// Whether the content of a string has escapes, or a number is no integer.
    var isInvolved = false
    /// Whether the name has escapes.
    var nameHasEscapes = false
    /// Where the text begins, without quotes. Of objects: the token of the member that is asked for next, if they are read in order.
    var start: UInt32 = 0
    /// Where the text ends. Of containers: how many values are in it.
    var end: UInt32 = 0
    /// Where the name of a member begins, or which element it is.
    var name: UInt32 = 0
    /// How many bytes the name has in the text.
    var nameLength: UInt32 = 0
    /// Of the name.
    var hash: UInt32 = 0
    /// The container that it is in.
    var parent: UInt32 = 0
    /// The token after this one and all that is within.
    var next: UInt32 = 0
}
