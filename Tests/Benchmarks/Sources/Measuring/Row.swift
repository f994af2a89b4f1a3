/// One figure: a line of the table, an element of the JSON array.
package struct Row: Sendable, Encodable {
    /// What a figure should be at most, or which multiple of the peer.
    package enum Goal: Sendable {
        /// At most this, in the row's unit.
        case atMost(Double)
        /// At most this many times the peer.
        case timesPeer(Double)
        /// At least this many times the peer: of what is better the more there is.
        case atLeastTimesPeer(Double)
    }

    /// What was measured.
    package let row: String
    /// The figure.
    package let ours: Double
    /// What it is compared with; `nil` for nothing.
    package let peer: Double?
    /// What both are counted in.
    package let unit: String
    /// What is aimed at; `nil` for nothing.
    package let goal: Goal?

    package init(_ row: String, _ ours: Double, peer: Double? = nil, unit: String, goal: Goal? = nil) {
        self.row = row
        self.ours = ours
        self.peer = peer
        self.unit = unit
        self.goal = goal
    }

    /// How many times the peer; `nil` where there is none.
    package var ratio: Double? {
        guard let peer, peer > 0 else { return nil }
        return ours / peer
    }

    /// Whether the figure is as good as it should be; `nil` without a goal, or without a peer to hold it against.
    package var holds: Bool? {
        switch goal {
        case .atMost(let limit): ours <= limit
        case .timesPeer(let limit): ratio.map { $0 <= limit }
        case .atLeastTimesPeer(let limit): ratio.map { $0 >= limit }
        case nil: nil
        }
    }

    /// The goal as text, such as `≤ 25` or `≤ 2 ×`.
    package var goalText: String? {
        switch goal {
        case .atMost(let limit): "≤ \(short(limit))"
        case .timesPeer(let limit): "≤ \(short(limit)) ×"
        case .atLeastTimesPeer(let limit): "≥ \(short(limit)) ×"
        case nil: nil
        }
    }

    private enum CodingKeys: CodingKey { case row, ours, peer, unit, ratio, goal, holds }

    /// Writes all the keys, `null` where there is nothing.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(row, forKey: .row)
        try values.encode(rounded(ours), forKey: .ours)
        try values.encode(peer.map(rounded), forKey: .peer)
        try values.encode(unit, forKey: .unit)
        try values.encode(ratio.map(rounded), forKey: .ratio)
        try values.encode(goalText, forKey: .goal)
        try values.encode(holds, forKey: .holds)
    }
}

/// Thousandths: more is noise.
private func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }

/// A figure for people: whole from a hundred on, two decimals below, none where they are zero.
func short(_ value: Double) -> String {
    if value == value.rounded() || abs(value) >= 100 { return grouped(Int(value.rounded())) }
    let hundredths = Int((abs(value) * 100).rounded())
    let decimals = String(hundredths % 100 + 100).dropFirst()
    return "\(value < 0 ? "-" : "")\(hundredths / 100).\(decimals)"
}

/// A whole number with a comma between thousands.
package func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return text
}

/// A size in a name: `10k`, `1M`, and others with a comma between thousands.
package func compact(_ size: Int) -> String {
    if size > 0, size.isMultiple(of: 1_000_000) { return "\(grouped(size / 1_000_000))M" }
    if size > 0, size.isMultiple(of: 1_000) { return "\(grouped(size / 1_000))k" }
    return grouped(size)
}
