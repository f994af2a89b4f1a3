/// Keyed-hash message authentication with SHA-256 (RFC 2104; test cases in RFC 4231).
public enum HMACSHA256: Sendable {
    /// The authentication code of `message` under `key`: 32 bytes (RFC 2104, 2).
    ///
    /// Message and key may have any length, zero included, and nothing here fails or traps. A key longer than the
    /// 64-byte block is replaced by its SHA-256 hash, a shorter one is filled up with zero bytes; therefore a key and the
    /// same key with zero bytes after it, up to 64 bytes, give the same code. RFC 2104, 3, advises random keys of at least
    /// 32 bytes; keys are not checked for that. To verify a code, compare digests with `==`, which is constant time.
    public static func authenticate(_ message: some Sequence<UInt8>, key: some Collection<UInt8>) -> SHA256Digest {
        var block = Array(key)
        if block.count > SHA256.blockByteCount {
            block = SHA256.hash(block).bytes
        }
        while block.count < SHA256.blockByteCount {
            block.append(0)
        }

        var inner = SHA256()
        inner.update(block.map { $0 ^ 0x36 })
        inner.update(message)

        var outer = SHA256()
        outer.update(block.map { $0 ^ 0x5c })
        outer.update(inner.finalize().bytes)
        return outer.finalize()
    }
}
