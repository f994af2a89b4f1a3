/// A place in a line, which knows columns: a tab reaches to the next multiple of four, and of a tab a part can be taken.
struct LineCursor {
    let bytes: [UInt8]
    /// One past the last byte of the line, without its line feed.
    let end: Int
    /// The next byte.
    private(set) var offset: Int
    private(set) var column = 0
    /// Whether the next byte is a tab of which a part was taken.
    private(set) var isWithinTab = false
    /// The first byte from here on that is no space or tab.
    private(set) var textOffset: Int
    private var textColumn = 0

    init(bytes: [UInt8], line: Range<Int>) {
        self.bytes = bytes
        offset = line.lowerBound
        textOffset = line.lowerBound
        end = line.upperBound
        findText()
    }

    /// How many columns of white space come next.
    var indent: Int { textColumn - column }

    /// Whether only white space is left.
    var isBlank: Bool { textOffset == end }

    /// The first byte that is no space or tab.
    var textByte: UInt8? { textOffset < end ? bytes[textOffset] : nil }

    /// What is left, without the white space in front.
    var text: Range<Int> { textOffset..<end }

    /// Goes so many columns on, at most to the end.
    mutating func advance(columns: Int) {
        var columns = columns
        while columns > 0, offset < end {
            guard bytes[offset] == .tab else {
                offset += 1
                column += 1
                columns -= 1
                continue
            }
            let width = 4 - column % 4
            isWithinTab = width > columns
            column += min(width, columns)
            columns -= min(width, columns)
            if !isWithinTab { offset += 1 }
        }
        if offset > textOffset { findText() }
    }

    /// Skips white space and so many bytes after it, none of them a tab, at most to the end.
    mutating func advanceText(bytes count: Int = 0) {
        offset = min(textOffset + count, end)
        column = textColumn + offset - textOffset
        isWithinTab = false
        findText()
    }

    private mutating func findText() {
        textOffset = offset
        textColumn = column
        while textOffset < end {
            switch bytes[textOffset] {
            case .space: textColumn += 1
            case .tab: textColumn += 4 - textColumn % 4
            default: return
            }
            textOffset += 1
        }
    }
}
