extension FoldedWord {
    /// Takes the commonest endings off an English word.
    ///
    /// The steps for plurals, `-ed` and `-ing`, `-y`, `-e` and `-ll` are those of M. F. Porter, "An algorithm for suffix
    /// stripping" (Program 14, 1980); of his lists of longer endings only those are taken that rarely join words of different
    /// meaning. Words with anything but the letters a to z, such as names of options and error codes, stay as they are.
    mutating func stemEnglish() {
        guard byteCount >= 4, byteCount <= 32, isLatin else { return }
        removePlural()
        removeInflection()
        if last == UInt8(ascii: "y"), byteCount > 2, isConsonant(at: byteCount - 2) { replaceLast(1, with: "i") }
        removeDerivation()
        removeFinalLetter()
    }

    private var last: UInt8 { byteCount > 0 ? self[byteCount - 1] : 0 }

    private var isLatin: Bool {
        for index in 0..<byteCount where self[index] &- UInt8(ascii: "a") >= 26 { return false }
        return true
    }

    private func isConsonant(at index: Int) -> Bool {
        switch self[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "y"): index == 0 || !isConsonant(at: index - 1)
        default: true
        }
    }

    private func hasVowel(before end: Int) -> Bool {
        for index in 0..<max(end, 0) where !isConsonant(at: index) { return true }
        return false
    }

    /// How many times a consonant follows a vowel.
    private func measure(before end: Int) -> Int {
        var (count, wasVowel) = (0, false)
        for index in 0..<max(end, 0) {
            let isVowel = !isConsonant(at: index)
            if wasVowel, !isVowel { count += 1 }
            wasVowel = isVowel
        }
        return count
    }

    /// Whether the letters before a place end like `hop`, which has lost an `e` when `-ing` came: not if the last is w, x or y.
    private func endsShort(before end: Int) -> Bool {
        guard end >= 3, isConsonant(at: end - 1), !isConsonant(at: end - 2), isConsonant(at: end - 3) else { return false }
        let letter = self[end - 1]
        return letter != UInt8(ascii: "w") && letter != UInt8(ascii: "x") && letter != UInt8(ascii: "y")
    }

    @inline(__always)
    private func ends(with ending: StaticString) -> Bool {
        let count = ending.utf8CodeUnitCount
        guard count < byteCount else { return false }
        return ending.withUTF8Buffer { letters in
            for index in 0..<count where unsafe letters[index] != self[byteCount - count + index] { return false }
            return true
        }
    }

    private mutating func replaceLast(_ count: Int, with ending: StaticString) {
        removeLast(count)
        ending.withUTF8Buffer { letters in
            for index in 0..<ending.utf8CodeUnitCount { unsafe append(UInt32(letters[index]) << 24) }
        }
    }

    private mutating func removePlural() {
        guard last == UInt8(ascii: "s") else { return }
        if ends(with: "sses") {
            removeLast(2)
        } else if ends(with: "ies") {
            removeLast(byteCount > 4 ? 2 : 1)
        } else if ends(with: "xes") || ends(with: "ches") || ends(with: "shes") {
            removeLast(2)
        } else if !ends(with: "ss"), !ends(with: "us"), !ends(with: "is"), hasVowel(before: byteCount - 1) {
            // Without a vowel it is an abbreviation, such as `https`.
            removeLast(1)
        }
    }

    private mutating func removeInflection() {
        if ends(with: "eed") {
            if measure(before: byteCount - 3) > 0 { removeLast(1) }
            return
        }
        let count = ends(with: "ed") ? 2 : ends(with: "ing") ? 3 : 0
        guard count > 0, byteCount - count >= 2, hasVowel(before: byteCount - count) else { return }
        removeLast(count)
        if ends(with: "at") || ends(with: "bl") || ends(with: "iz") {
            append(UInt32(UInt8(ascii: "e")) << 24)
        } else if byteCount >= 3, last == self[byteCount - 2], isConsonant(at: byteCount - 1) {
            if last != UInt8(ascii: "l"), last != UInt8(ascii: "s"), last != UInt8(ascii: "z") { removeLast(1) }
        } else if measure(before: byteCount) == 1, endsShort(before: byteCount) {
            append(UInt32(UInt8(ascii: "e")) << 24)
        } else if byteCount == 2 {
            // `using` is of `use`.
            append(UInt32(UInt8(ascii: "e")) << 24)
        }
    }

    private mutating func removeDerivation() {
        if ends(with: "ization"), measure(before: byteCount - 7) > 0 {
            replaceLast(7, with: "ize")
        } else if ends(with: "ation"), measure(before: byteCount - 5) > 0 {
            replaceLast(5, with: "ate")
        } else if ends(with: "fulli") || ends(with: "nessli") {
            removeLast(2)
        } else if ends(with: "li"), measure(before: byteCount - 2) > 0, byteCount > 5 {
            removeLast(2)
        }
        if ends(with: "ical"), measure(before: byteCount - 4) > 0 { removeLast(2) }
        if ends(with: "ement") {
            if measure(before: byteCount - 5) > 1 { removeLast(5) }
        } else if ends(with: "ment") {
            if measure(before: byteCount - 4) > 1 { removeLast(4) }
        } else if ends(with: "ness") {
            if measure(before: byteCount - 4) > 0 { removeLast(4) }
        } else if ends(with: "tion") || ends(with: "sion") {
            if measure(before: byteCount - 3) > 1 { removeLast(3) }
        } else if ends(with: "ate") {
            if measure(before: byteCount - 3) > 1 { removeLast(3) }
        }
    }

    private mutating func removeFinalLetter() {
        if last == UInt8(ascii: "e"), byteCount > 3 {
            let measure = measure(before: byteCount - 1)
            if measure > 1 || measure == 1 && !endsShort(before: byteCount - 1) { removeLast(1) }
        }
        if ends(with: "ll"), measure(before: byteCount - 1) > 1 { removeLast(1) }
    }
}
