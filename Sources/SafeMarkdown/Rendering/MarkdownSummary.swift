extension MarkdownDocument {
    /// The beginning of the words, in one line.
    ///
    /// What is cut off ends with `…`, behind the last whole word, or in a word that alone is too long. No character is cut in two; a
    /// character of very many combining marks counts as more than one.
    ///
    /// Parameter `limit`: how many characters it has at most, `…` included; at least 1 counts.
    package func summary(limit: Int) -> String {
        let limit = max(limit, 1)
        var summary = ""
        var count = 0
        var bytes = 0
        /// Up to the last word that is whole.
        var whole: String?
        var isDivided = false
        for character in plainText {
            if character.isWhitespace {
                isDivided = !summary.isEmpty
                continue
            }
            let length = (isDivided ? 1 : 0) + 1
            if isDivided, count < limit { whole = summary }
            bytes += character.utf8.count
            // A character of a family of emoji has 25 bytes.
            guard count + length <= limit, bytes / 32 <= limit else {
                return Self.cut(summary, whole: isDivided && count < limit ? summary : whole, limit: limit)
            }
            if isDivided { summary.append(" ") }
            isDivided = false
            summary.append(character)
            count += length
        }
        return summary
    }

    private static func cut(_ summary: String, whole: String?, limit: Int) -> String {
        (whole ?? String(summary.prefix(limit - 1))) + "…"
    }
}
