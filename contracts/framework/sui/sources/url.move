// SPDX-License-Identifier: Apache-2.0

/// Addresses of web pages and pictures; the text is not checked.
module sui::url;

use std::ascii::String;

/// The text of a URL.
public struct Url has copy, drop, store {
    url: String,
}

/// A URL from text.
public fun new_unsafe(url: String): Url {
    Url { url }
}

/// A URL from bytes. Aborts with the code of `ascii::string`.
public fun new_unsafe_from_bytes(bytes: vector<u8>): Url {
    Url { url: bytes.to_ascii_string() }
}

/// The text.
public fun inner_url(self: &Url): String {
    self.url
}

/// Replaces the text.
public fun update(self: &mut Url, url: String) {
    self.url = url
}
