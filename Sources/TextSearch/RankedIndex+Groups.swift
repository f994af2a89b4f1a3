extension RankedIndex {
    /// Words with the same beginning that are looked for, of each part; those that most documents have.
    private static let maximumExpansions = 64
    /// Words with the same beginning of each part that are looked at.
    private static let maximumCandidates = 8192
    /// Words that a mistyped word is taken for.
    static let maximumCorrections = 4
    static let expansionFactor: Float = 0.7
    private static let completionFactor: Float = 0.9
    static let correctionFactor: Float = 0.8
    static let stemCorrectionFactor: Float = 0.6

    /// Documents held, those that are gone counted as long as they are.
    var heldCount: Int { segments.reduce(tail.documentCount) { $0 + $1.documentCount } }

    /// What will do for the words of a query; for words that nothing matches there is an empty group.
    func groups(of query: RankedQuery) -> [RankedGroup] {
        let count = Double(heldCount)
        return query.words.map { word in
            var members: [RankedGroup.Member] = []
            addMembers(of: word, to: &members)
            if members.isEmpty, case .all = query.mode { members = corrections(of: word, query.stemmer) }
            let frequency = members.reduce(0) { $0 + $1.frequency }
            return RankedGroup(
                members: members, weight: Self.rarity(of: frequency, in: count) * word.weight, isFiller: word.isFiller)
        }
    }

    private func addMembers(of word: RankedQuery.Word, to members: inout [RankedGroup.Member]) {
        addMembers(of: word, in: tail, 0, to: &members)
        for index in segments.indices { addMembers(of: word, in: segments[index], index + 1, to: &members) }
    }

    private func addMembers(
        of word: RankedQuery.Word, in part: some RankedPart, _ index: Int, to members: inout [RankedGroup.Member]
    ) {
        let start = members.count
        let add = { (number: Int, factor: Float, members: inout [RankedGroup.Member]) in
            guard !members[start...].contains(where: { $0.number == number }) else { return }
            let frequency = part.frequency(of: number)
            members.append(RankedGroup.Member(part: index, number: number, factor: factor, frequency: frequency))
        }
        if let number = part.number(of: word.stem) { add(number, 1, &members) }
        guard word.isPrefix else { return }
        for stem in word.completions {
            if let number = part.number(of: stem) { add(number, Self.completionFactor, &members) }
        }
        for number in expansions(of: word.written, in: part) { add(number, Self.expansionFactor, &members) }
    }

    /// The words that begin with another and that most documents have.
    private func expansions(of prefix: FoldedWord, in part: some RankedPart) -> [Int] {
        guard !prefix.isEmpty else { return [] }
        let numbers = part.numbers(startingWith: prefix, limit: Self.maximumCandidates)
        guard numbers.count > Self.maximumExpansions else { return numbers }
        // Counting how many have a frequency of so many bits takes less than sorting.
        let widths = numbers.map { Int.bitWidth - part.frequency(of: $0).leadingZeroBitCount }
        var counts = [Int](repeating: 0, count: Int.bitWidth + 1)
        for width in widths { counts[width] += 1 }
        var (least, room) = (Int.bitWidth, Self.maximumExpansions)
        while counts[least] <= room, least > 0 {
            room -= counts[least]
            least -= 1
        }
        return numbers.indices.compactMap { index in
            if widths[index] == least, room > 0 {
                room -= 1
                return numbers[index]
            }
            return widths[index] > least ? numbers[index] : nil
        }
    }

    /// The words that a mistyped word is most likely meant for: those that most documents have.
    private func corrections(of word: RankedQuery.Word, _ stemmer: Stemmer) -> [RankedGroup.Member] {
        var frequencies: [FoldedWord: Int] = [:]
        var factors: [FoldedWord: Float] = [:]
        // The stem of a mistyped word may be near to that of another word, so what is meant is looked for among whole words first.
        if word.stem != word.written { addStems(near: word, stemmer, to: &frequencies) }
        for stem in frequencies.keys { factors[stem] = Self.correctionFactor }
        if let typo = Typo(word.stem) {
            var others: [FoldedWord: Int] = [:]
            tail.forEachWord(near: typo) { others[$0] = 0 }
            for held in segments { held.forEachWord(near: typo) { others[$0] = 0 } }
            for other in others.keys where frequencies[other] == nil { frequencies[other] = frequency(of: other) }
        }
        if frequencies.isEmpty, stemmer.isUsed { addStems(near: word, stemmer, to: &frequencies) }
        let best = frequencies.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key.precedes($1.key) }
            .prefix(Self.maximumCorrections)
        guard let most = best.first?.value else { return [] }
        var members: [RankedGroup.Member] = []
        for (stem, frequency) in best {
            let start = members.count
            addMembers(of: RankedQuery.Word(stem: stem, written: stem), to: &members)
            // What is far rarer was hardly meant.
            let factor = (factors[stem] ?? Self.stemCorrectionFactor) * (0.5 + 0.5 * Float(frequency) / Float(most))
            for index in start..<members.count { members[index].factor = factor }
        }
        return members.sorted { ($0.part, $0.number) < ($1.part, $1.number) }
    }

    /// Adds the stems that documents have of words that are near.
    private func addStems(near word: RankedQuery.Word, _ stemmer: Stemmer, to frequencies: inout [FoldedWord: Int]) {
        guard let typo = Typo(word.written) else { return }
        var tried: Set<FoldedWord> = []
        typo.forEachStem(stemmer) { stem in
            guard tried.insert(stem).inserted else { return }
            let frequency = frequency(of: stem)
            if frequency > 0 { frequencies[stem] = frequency }
        }
    }

    /// How many documents have a word, those that are gone counted as long as they are held.
    func frequency(of word: FoldedWord) -> Int {
        segments.reduce(tail.number(of: word).map { tail.frequency(of: $0) } ?? 0) { sum, held in
            sum + (held.number(of: word).map { held.frequency(of: $0) } ?? 0)
        }
    }

    /// How much a word tells that so many documents have (the weight of Robertson and Spärck Jones as BM25 uses it, kept positive).
    static func rarity(of frequency: Int, in count: Double) -> Float {
        let frequency = Double(frequency)
        return Float(logarithm(1 + (max(count - frequency, 0) + 0.5) / (frequency + 0.5)))
    }

    /// The natural logarithm of a number of at least 1, without the C library.
    private static func logarithm(_ number: Double) -> Double {
        // x = m 2^e, and ln m by the series of the inverse hyperbolic tangent, to more digits than a score has.
        let (exponent, ratio) = (Double(number.exponent), (number.significand - 1) / (number.significand + 1))
        let square = ratio * ratio
        var (term, sum) = (ratio, 0.0)
        for index in 0..<10 {
            sum += term / Double(2 * index + 1)
            term *= square
        }
        return exponent * 0.693_147_180_559_945_3 + 2 * sum
    }
}
