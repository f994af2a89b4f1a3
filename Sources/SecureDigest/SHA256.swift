/// The SHA-256 hash function of FIPS 180-4, fed piece by piece.
///
/// The result depends only on the concatenation of all pieces, not on where one piece ends and the next begins. A
/// copy of a hasher goes on from the same point independently of the original. No input is an error and none traps.
///
/// SHA-256 alone is no message authentication (use ``HMACSHA256``) and no password hash. The memory of a hasher is
/// not erased when it goes away.
public struct SHA256: Sendable {
    /// The length of a block, in bytes.
    static let blockByteCount = 64

    private var state = CompressionState()
    /// The bytes since the last whole block; always fewer than `blockByteCount` between two calls.
    private var pending: [UInt8] = []
    /// All bytes so far, modulo 2^64.
    private var byteCount: UInt64 = 0

    /// A hasher that has taken in nothing yet; finalizing it gives the hash of the empty message (FIPS 180-4, 5.3.3).
    public init() {}

    /// Takes in further bytes of the message (FIPS 180-4, 6.2).
    ///
    /// Bytes in contiguous storage are read in place, others one at a time. Nothing happens for an empty sequence; an
    /// endless one never returns. FIPS 180-4 defines messages of fewer than 2^61 bytes (2^64 bits); beyond that the
    /// length in the padding wraps around.
    public mutating func update(_ bytes: some Sequence<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            unsafe update(buffer.span)
        }
        if done == nil {
            for byte in bytes {
                append(byte)
            }
        }
    }

    /// Takes in further bytes of the message (FIPS 180-4, 6.2), in place and without copying whole blocks.
    ///
    /// Nothing happens for an empty span. FIPS 180-4 defines messages of fewer than 2^61 bytes (2^64 bits); beyond that
    /// the length in the padding wraps around.
    public mutating func update(_ bytes: Span<UInt8>) {
        var offset = 0
        while !pending.isEmpty, offset < bytes.count {
            append(bytes[offset])
            offset &+= 1
        }
        // The next whole blocks, if any, start at a block border of the message.
        let start = offset
        while bytes.count &- offset >= Self.blockByteCount {
            state.compress(bytes.extracting(offset..<(offset &+ Self.blockByteCount)))
            offset &+= Self.blockByteCount
        }
        byteCount &+= UInt64(truncatingIfNeeded: offset &- start)
        while offset < bytes.count {
            append(bytes[offset])
            offset &+= 1
        }
    }

    /// The digest of everything taken in (FIPS 180-4, 5.1.1 and 6.2.2). Never fails.
    ///
    /// Consumes the hasher; finalize a copy to go on with more bytes afterwards.
    public consuming func finalize() -> SHA256Digest {
        let bitCount = byteCount &<< 3
        append(0x80)
        while pending.count != Self.blockByteCount &- 8 {
            append(0)
        }
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: bitCount &>> shift))
        }
        return SHA256Digest(words: state.words)
    }

    /// The digest of a whole message in one call (FIPS 180-4, 6.2).
    ///
    /// The same as ``init()``, ``update(_:)`` and ``finalize()``, with the same behaviour on unusual input.
    public static func hash(_ bytes: some Sequence<UInt8>) -> SHA256Digest {
        var hasher = SHA256()
        hasher.update(bytes)
        return hasher.finalize()
    }

    private mutating func append(_ byte: UInt8) {
        if pending.isEmpty {
            pending.reserveCapacity(Self.blockByteCount)
        }
        pending.append(byte)
        byteCount &+= 1
        if pending.count == Self.blockByteCount {
            // In a local, because the span of `pending` keeps all of `self` borrowed.
            var next = state
            next.compress(pending.span)
            state = next
            pending.removeAll(keepingCapacity: true)
        }
    }
}
