/// Reads what a customer writes, and leaves out what says nothing of the matter: greetings, the end of the letter with the
/// signature, and what is quoted of earlier ones.
///
/// It looks at lines, and at no more of them than there are, so it takes time in proportion to the text. What it leaves out is
/// only not looked for; so a rule that is wrong once in a while does little harm.
struct MessageReader {
    /// A line that says something.
    struct Line {
        var range: Range<Int>
        /// Whether it looks like a part of a log or of code, of which a single word says less.
        var isOutput: Bool
    }

    /// Words that a line of goodbye begins with.
    private static let farewells: Set<String> = [
        "regards", "best", "kind", "kindest", "warm", "warmest", "sincerely", "yours", "cheers", "thanks", "thank", "thx", "many",
        "greetings", "greets", "greetz", "cordially", "respectfully", "with", "ty", "ciao", "bye", "mfg", "lg", "vg", "rgds",
    ]
    /// Words that a line of greeting begins with.
    private static let greetings: Set<String> = [
        "hi", "hello", "hey", "dear", "good", "morning", "afternoon", "evening", "greetings", "hallo", "moin", "servus", "hola",
        "bonjour", "to", "salut", "ciao", "howdy", "heya", "hiya",
    ]
    private static let longestGreeting = 5
    private static let longestFarewell = 6

    /// Calls back with the lines that say something.
    static func forEachLine(of bytes: Span<UInt8>, _ body: (Line) -> Void) {
        var position = 0
        var isAtBeginning = true
        var isWithinCode = false
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            let range = start..<position
            position += 1
            let line = bytes.extracting(range)
            guard let first = firstSign(of: line) else { continue }
            if line[first] == UInt8(ascii: ">") || line[first] == UInt8(ascii: "|") { continue }
            if isDivider(line) { return }
            if line.count >= first + 3, line[first] == UInt8(ascii: "`"), line[first + 1] == line[first],
                line[first + 2] == line[first]
            {
                isWithinCode.toggle()
                continue
            }
            let isOutput = isWithinCode || first >= 4 || line[0] == UInt8(ascii: "\t") || isOutput(line)
            if !isOutput {
                let (word, count) = firstWord(of: line)
                if isAtBeginning, count <= longestGreeting, greetings.contains(word) { continue }
                if !isAtBeginning, count <= longestFarewell, farewells.contains(word) {
                    if position < bytes.count, isShort(bytes.extracting(position...)) { return }
                    continue
                }
            }
            isAtBeginning = false
            body(Line(range: range, isOutput: isOutput))
        }
    }

    /// The place of the first sign that is not a space.
    private static func firstSign(of line: Span<UInt8>) -> Int? {
        for index in line.indices where line[index] > UInt8(ascii: " ") { return index }
        return nil
    }

    /// Whether a line divides the signature from the letter: `--`, perhaps with a space.
    private static func isDivider(_ line: Span<UInt8>) -> Bool {
        guard line.count >= 2, line.count <= 4, line[0] == UInt8(ascii: "-"), line[1] == UInt8(ascii: "-") else { return false }
        for index in 2..<line.count where line[index] > UInt8(ascii: " ") { return false }
        return true
    }

    /// Whether what is left of a text is as short as a signature.
    private static func isShort(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= 600 else { return false }
        var lines = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lines += 1 }
        return lines <= 8
    }

    /// Whether a line looks like what a program wrote: hardly any of its words are of letters alone, or it is full of signs.
    private static func isOutput(_ line: Span<UInt8>) -> Bool {
        var (signs, others) = (0, 0)
        for index in line.indices {
            let byte = line[index]
            if byte >= 0x80 || TextFolding.foldASCII(byte).map({ $0 >= UInt8(ascii: "a") }) == true {
                others += 1
            } else if byte > UInt8(ascii: " ") {
                signs += 1
            }
        }
        return signs > 8 && signs * 3 > others
    }

    /// The first word of a line, folded, and how many there are.
    private static func firstWord(of line: Span<UInt8>) -> (word: String, count: Int) {
        var word = ""
        var count = 0
        WordScanner.scan(line, for: .query, stemmer: .none) { next, _ in
            if count == 0 { word = next.text }
            count += 1
            return count <= longestFarewell
        }
        return (word, count)
    }
}
