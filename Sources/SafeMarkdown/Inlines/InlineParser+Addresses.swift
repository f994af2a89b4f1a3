extension InlineParser {
    /// `<https://example.com>` or `<a@example.com>`.
    mutating func readAddress() -> Bool {
        let start = position + 1
        let end = text.upperBound
        if let close = schemeAddressEnd(from: start, end: end) {
            take(.address(start..<close, .none), upTo: close + 1)
            return true
        }
        if let close = mailAddressEnd(from: start, end: end) {
            take(.address(start..<close, .mailto), upTo: close + 1)
            return true
        }
        return false
    }

    private func schemeAddressEnd(from start: Int, end: Int) -> Int? {
        guard start < end, bytes[start].isLetter else { return nil }
        var position = start
        while position < end, bytes[position].isSchemeByte { position += 1 }
        guard position < end, bytes[position] == UInt8(ascii: ":"), (2...32).contains(position - start) else { return nil }
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: ">"): return position
            case UInt8(ascii: "<"), 0...0x20, 0x7F: return nil
            default: position += 1
            }
        }
        return nil
    }

    private func mailAddressEnd(from start: Int, end: Int) -> Int? {
        var position = start
        while position < end, bytes[position].isMailNameByte { position += 1 }
        guard position > start, position < end, bytes[position] == UInt8(ascii: "@") else { return nil }
        repeat {
            position += 1
            let label = position
            while position < end, bytes[position].isAlphanumeric || bytes[position] == UInt8(ascii: "-") { position += 1 }
            guard (1...63).contains(position - label), bytes[label] != UInt8(ascii: "-"), bytes[position - 1] != UInt8(ascii: "-")
            else { return nil }
        } while position < end && bytes[position] == UInt8(ascii: ".")
        return position < end && bytes[position] == UInt8(ascii: ">") ? position : nil
    }

    /// `<b>`, `<!-- … -->`, `<? … ?>`, `<!X … >` or `<![CDATA[ … ]]>`, which are shown and in which nothing else is read.
    mutating func readHTML() -> Bool {
        let end = text.upperBound
        var found: Int?
        if bytes.has("<!--", at: position, end: end) {
            if bytes.has(">", at: position + 4, end: end) {
                found = position + 5
            } else if bytes.has("->", at: position + 4, end: end) {
                found = position + 6
            } else {
                found = self.end(of: "-->", from: position + 4)
            }
        } else if bytes.has("<?", at: position, end: end) {
            found = self.end(of: "?>", from: position + 2)
        } else if bytes.has("<![cdata[", at: position, end: end) {
            found = self.end(of: "]]>", from: position + 9)
        } else if bytes.has("<!", at: position, end: end) {
            guard position + 2 < end, bytes[position + 2].isLetter else { return false }
            found = self.end(of: ">", from: position + 2)
        } else if tagEffort > 0 {
            var tag = HTMLTag(in: bytes, at: position, end: end)
            if tag.find() {
                found = tag.position
            } else {
                tagEffort -= tag.position - position
            }
        }
        guard let found else { return false }
        take(.html(position..<found), upTo: found)
        return true
    }

    /// One past the next place of a mark.
    private mutating func end(of mark: String, from start: Int) -> Int? {
        guard !missingMarks.contains(mark) else { return nil }
        var position = start
        while position < text.upperBound {
            if bytes.has(mark, at: position, end: text.upperBound) { return position + mark.utf8.count }
            position += 1
        }
        missingMarks.insert(mark)
        return nil
    }

    /// `www.example.com` or `https://example.com` in running text, as the GFM specification has them, section 6.9.
    mutating func readBareAddress() -> Bool {
        let end = text.upperBound
        let start: Int
        let domain: Int
        if bytes[position] == UInt8(ascii: ":") {
            guard bytes.has("://", at: position, end: end) else { return false }
            let length = bytes.has("https", at: position - 5, end: position) ? 5 : 4
            start = position - length
            guard length == 5 || bytes.has("http", at: start, end: position) else { return false }
            domain = position + 3
        } else {
            guard bytes.has("www.", at: position, end: end), position + 4 < end, bytes[position + 4].isDomainStart else {
                return false
            }
            start = position
            domain = start
        }
        guard start >= max(plainStart, addressFloor), canBeAddress(at: start) else { return false }
        let needsDot = domain == start
        guard let domainEnd = domainEnd(from: domain, needsDot: needsDot) else { return false }
        let addressEnd = self.addressEnd(from: domainEnd, start: start)
        // Within a label that may become a link, whose text this then is.
        position = start
        take(.address(start..<addressEnd, needsDot ? .http : .none), upTo: addressEnd)
        return true
    }

    /// No letter or digit may be before it.
    private func canBeAddress(at start: Int) -> Bool {
        guard start > text.lowerBound else { return true }
        let before = bytes[start - 1]
        return !before.isAlphanumeric && before != UInt8(ascii: "/") && before != UInt8(ascii: ".") && before < 0x80
    }

    /// One past a domain: names divided by dots, the last two without underscores. Where there is none, none can begin before its
    /// end either.
    private mutating func domainEnd(from start: Int, needsDot: Bool) -> Int? {
        var position = start
        var dots = 0
        var underscores = (last: 0, before: 0)
        while position < text.upperBound {
            let byte = bytes[position]
            if byte == UInt8(ascii: ".") {
                dots += 1
                underscores = (0, underscores.last)
            } else if byte == UInt8(ascii: "_") {
                underscores.last += 1
            } else if !byte.isAlphanumeric, byte != UInt8(ascii: "-"), byte < 0x80 {
                break
            }
            position += 1
        }
        let isDomain = position > start && bytes[start].isDomainStart && underscores == (0, 0) && (!needsDot || dots > 0)
        if !isDomain { addressFloor = position }
        return isDomain ? position : nil
    }

    /// One past an address whose domain ends at a place: up to white space or `<`, without the marks that end a sentence, and with
    /// a closing bracket only if it has an opening one.
    private func addressEnd(from domainEnd: Int, start: Int) -> Int {
        let isWithinBrackets = !brackets.isEmpty
        var end = domainEnd
        var opening = 0
        var closing = 0
        while end < text.upperBound {
            let byte = bytes[end]
            if byte.isWhitespace || byte == UInt8(ascii: "<") { break }
            if isWithinBrackets, byte == UInt8(ascii: "]") { break }
            if byte == UInt8(ascii: "(") { opening += 1 }
            if byte == UInt8(ascii: ")") { closing += 1 }
            end += 1
        }
        trimming: while end > start {
            switch bytes[end - 1] {
            case UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "*"),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "'"), UInt8(ascii: "\""):
                end -= 1
            case UInt8(ascii: ")"):
                guard closing > opening else { break trimming }
                closing -= 1
                end -= 1
            case UInt8(ascii: ";"):
                // What looks like a reference to a character belongs to the text.
                var name = end - 1
                while name > start, bytes[name - 1].isAlphanumeric { name -= 1 }
                let isReference = name < end - 1 && name > start && bytes[name - 1] == UInt8(ascii: "&")
                end = isReference ? name - 1 : end - 1
            default: break trimming
            }
        }
        return end
    }
}

extension UInt8 {
    /// A letter, a digit, or a mark of a scheme's name (RFC 3986, section 3.1).
    var isSchemeByte: Bool {
        isAlphanumeric || self == UInt8(ascii: "+") || self == UInt8(ascii: ".") || self == UInt8(ascii: "-")
    }

    /// What a domain may begin with.
    fileprivate var isDomainStart: Bool { isAlphanumeric || self >= 0x80 }

    /// What the name in a mail address may have according to HTML.
    fileprivate var isMailNameByte: Bool {
        isAlphanumeric || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(self)
    }
}
