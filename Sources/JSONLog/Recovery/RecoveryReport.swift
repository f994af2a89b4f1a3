/// What opening found amiss, and what became of it. A host should look at it and alert somebody unless it ``isClean``.
package struct RecoveryReport: Sendable, Hashable {
    /// The commits that were stored for certain and cannot be read any more, by where their bytes are.
    package internal(set) var damage: [DamagedSpan] = []
    /// What a commit that never ended has left at the end of the newest file. No acknowledged commit is in it, unless the disk itself
    /// damaged the last commits before a crash. It was cut off, after it was copied.
    package internal(set) var tornTail: DamagedSpan?
    /// The numbers of the commits that are missing. Records that they wrote are absent or as they were before.
    package internal(set) var missing: [ClosedRange<Int64>] = []
    /// How many operations could be read behind damaged bytes.
    package internal(set) var salvaged = 0
    /// Names of the keys that can still be read in damaged bytes: each may be lost, or older than it was.
    package var suspectKeys: [String] { Array(Set(damage.flatMap(\.keys))).sorted() }

    /// Whether nothing is amiss. A torn tail is what a crash leaves, and is clean.
    package var isClean: Bool { damage.isEmpty && missing.isEmpty }
}

/// Bytes of a file that are no line as it was written.
package struct DamagedSpan: Sendable, Hashable {
    /// The file.
    package internal(set) var path: String
    /// The bytes.
    package internal(set) var range: Range<Int>
    /// Where the copy of the bytes is; `nil` if the log was opened to read only.
    package internal(set) var copy: String?
    /// Whether the copy was made now, and not when the log was opened before.
    package internal(set) var isNew = false
    /// The keys whose names can still be read in it.
    package internal(set) var keys: [String]
}

/// What ``Log/verify()`` found.
package struct VerificationReport: Sendable, Hashable {
    /// The lines whose hash is right.
    package internal(set) var lines = 0
    /// The bytes that were read.
    package internal(set) var bytes = 0
    /// What is damaged.
    package internal(set) var damage: [DamagedSpan] = []
}
