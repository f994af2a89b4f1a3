// swift-tools-version: 6.2
import PackageDescription

// What a host with a SQL database would write. It is here to keep the storage protocols natural in SQL, and as an example of a store
// of one's own that keeps the laws.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatWarning("ExplicitSendable", as: .warning),
]

let package = Package(
    name: "SQLiteStore",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [.library(name: "SQLiteStore", targets: ["SQLiteStore"])],
    dependencies: [
        .package(name: "swift-support-portal", path: "../.."),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(
            name: "SQLiteStore",
            dependencies: [
                .product(name: "SupportPortal", package: "swift-support-portal"), .product(name: "GRDB", package: "GRDB.swift"),
            ], swiftSettings: settings),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: ["SQLiteStore", .product(name: "SupportPortalTesting", package: "swift-support-portal")],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
