/// Whether two runs of bytes are the same, in a time that depends only on their lengths.
///
/// An ordinary comparison stops at the first difference. Somebody who can send guesses and measure the answers learns from
/// that how much of a guess is right, and can find a secret byte by byte. Here every pair of bytes is looked at and the
/// differences are gathered with exclusive-or and or, without a branch on a value, before one final decision.
///
/// Different lengths give false, and may be told apart by time: the length is not treated as secret. Two empty runs are the
/// same. No input is an error and none traps.
///
/// This holds as far as reading an element of `a` and `b` takes the same time whatever its value, as with arrays, slices
/// and buffers; a collection that computes its elements may not. The function is kept out of line so that the optimizer
/// cannot merge the comparison with what a caller does on a mismatch. The need for it with codes is that of RFC 2104.
@inline(never)
public func constantTimeEquals(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    var left = a.makeIterator()
    var right = b.makeIterator()
    var difference: UInt8 = 0
    while true {
        switch (left.next(), right.next()) {
        case (let first?, let second?): difference |= first ^ second
        case (nil, nil): return difference == 0
        default: return false
        }
    }
}
