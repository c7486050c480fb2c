// SPDX-License-Identifier: Apache-2.0

/// A value that may be absent, kept as a vector of at most one element.
module std::option;

/// The value must be absent.
const EOPTION_IS_SET: u64 = 0x40000;
/// The value must be present.
const EOPTION_NOT_SET: u64 = 0x40001;

/// Zero elements: `None`; one element: `Some`.
public struct Option<Element> has copy, drop, store {
    vec: vector<Element>,
}

/// The absent value.
public fun none<Element>(): Option<Element> {
    Option { vec: vector[] }
}

/// The present value `e`.
public fun some<Element>(e: Element): Option<Element> {
    Option { vec: vector[e] }
}

/// True if the value is absent.
public fun is_none<Element>(t: &Option<Element>): bool {
    t.vec.length() == 0
}

/// True if the value is present.
public fun is_some<Element>(t: &Option<Element>): bool {
    t.vec.length() != 0
}

/// True if the value is present and equals `e_ref`.
public fun contains<Element>(t: &Option<Element>, e_ref: &Element): bool {
    t.is_some() && &t.vec[0] == e_ref
}

/// The present value. Aborts with `EOPTION_NOT_SET`.
public fun borrow<Element>(t: &Option<Element>): &Element {
    if (t.is_none()) abort EOPTION_NOT_SET;
    &t.vec[0]
}

/// The present value or the default.
public fun borrow_with_default<Element>(t: &Option<Element>, default_ref: &Element): &Element {
    if (t.is_none()) default_ref else &t.vec[0]
}

/// A copy of the present value or the default.
public fun get_with_default<Element: copy + drop>(t: &Option<Element>, default: Element): Element {
    if (t.is_none()) default else t.vec[0]
}

/// Makes an absent value present. Aborts with `EOPTION_IS_SET`.
public fun fill<Element>(t: &mut Option<Element>, e: Element) {
    if (t.is_some()) abort EOPTION_IS_SET;
    t.vec.push_back(e)
}

/// Takes the present value out. Aborts with `EOPTION_NOT_SET`.
public fun extract<Element>(t: &mut Option<Element>): Element {
    if (t.is_none()) abort EOPTION_NOT_SET;
    t.vec.pop_back()
}

/// The present value, mutable. Aborts with `EOPTION_NOT_SET`.
public fun borrow_mut<Element>(t: &mut Option<Element>): &mut Element {
    if (t.is_none()) abort EOPTION_NOT_SET;
    &mut t.vec[0]
}

/// Replaces the present value and returns it. Aborts with `EOPTION_NOT_SET`.
public fun swap<Element>(t: &mut Option<Element>, e: Element): Element {
    let old = t.extract();
    t.vec.push_back(e);
    old
}

/// Sets the value and returns what was there before.
public fun swap_or_fill<Element>(t: &mut Option<Element>, e: Element): Option<Element> {
    let old = if (t.is_none()) none() else some(t.vec.pop_back());
    t.vec.push_back(e);
    old
}

/// The present value or the default.
public fun destroy_with_default<Element: drop>(t: Option<Element>, default: Element): Element {
    let Option { mut vec } = t;
    if (vec.is_empty()) default else vec.pop_back()
}

/// The present value. Aborts with `EOPTION_NOT_SET`.
public fun destroy_some<Element>(t: Option<Element>): Element {
    if (t.is_none()) abort EOPTION_NOT_SET;
    let Option { mut vec } = t;
    let e = vec.pop_back();
    vec.destroy_empty();
    e
}

/// Ends the life of an absent value. Aborts with `EOPTION_IS_SET`.
public fun destroy_none<Element>(t: Option<Element>) {
    if (t.is_some()) abort EOPTION_IS_SET;
    let Option { vec } = t;
    vec.destroy_empty()
}

/// A vector of zero or one element.
public fun to_vec<Element>(t: Option<Element>): vector<Element> {
    let Option { vec } = t;
    vec
}

/// Hands a present value to `f`.
public macro fun destroy<$T, $R: drop>($o: Option<$T>, $f: |$T| -> $R) {
    let o = $o;
    o.do!($f)
}

/// Hands a present value to `f`.
public macro fun do<$T, $R: drop>($o: Option<$T>, $f: |$T| -> $R) {
    let o = $o;
    if (o.is_some()) {
        $f(o.destroy_some());
    } else o.destroy_none()
}

/// Calls `f` with a reference to a present value.
public macro fun do_ref<$T, $R: drop>($o: &Option<$T>, $f: |&$T| -> $R) {
    let o = $o;
    if (o.is_some()) {
        $f(o.borrow());
    }
}

/// Calls `f` with a mutable reference to a present value.
public macro fun do_mut<$T, $R: drop>($o: &mut Option<$T>, $f: |&mut $T| -> $R) {
    let o = $o;
    if (o.is_some()) {
        $f(o.borrow_mut());
    }
}

/// The first option if its value is present, else the second.
public macro fun or<$T: drop>($o: Option<$T>, $default: Option<$T>): Option<$T> {
    let o = $o;
    if (o.is_some()) o else $default
}

/// The option that `f` makes of a present value, else `None`.
public macro fun and<$T, $U>($o: Option<$T>, $f: |$T| -> Option<$U>): Option<$U> {
    let o = $o;
    if (o.is_some()) $f(o.destroy_some())
    else {
        o.destroy_none();
        none()
    }
}

/// The option that `f` makes of a reference to a present value, else `None`.
public macro fun and_ref<$T, $U>($o: &Option<$T>, $f: |&$T| -> Option<$U>): Option<$U> {
    let o = $o;
    if (o.is_some()) $f(o.borrow()) else none()
}

/// `Some` of what `f` makes of a present value, else `None`.
public macro fun map<$T, $U>($o: Option<$T>, $f: |$T| -> $U): Option<$U> {
    let o = $o;
    if (o.is_some()) some($f(o.destroy_some()))
    else {
        o.destroy_none();
        none()
    }
}

/// `Some` of what `f` makes of a reference to a present value, else `None`.
public macro fun map_ref<$T, $U>($o: &Option<$T>, $f: |&$T| -> $U): Option<$U> {
    let o = $o;
    if (o.is_some()) some($f(o.borrow())) else none()
}

/// The option if its value is present and accepted by `f`, else `None`.
public macro fun filter<$T: drop>($o: Option<$T>, $f: |&$T| -> bool): Option<$T> {
    let o = $o;
    if (o.is_some() && $f(o.borrow())) o else none()
}

/// True if the value is present and accepted by `f`.
public macro fun is_some_and<$T>($o: &Option<$T>, $f: |&$T| -> bool): bool {
    let o = $o;
    o.is_some() && $f(o.borrow())
}

/// True if the value is absent or accepted by `f`.
public macro fun is_none_or<$T>($o: &Option<$T>, $f: |&$T| -> bool): bool {
    let o = $o;
    o.is_none() || $f(o.borrow())
}

/// Takes a present value out, else evaluates the default.
public macro fun extract_or<$T>($o: &mut Option<$T>, $default: $T): $T {
    let o = $o;
    if (o.is_some()) o.extract() else $default
}

/// The present value, else the default, which is evaluated only then.
public macro fun destroy_or<$T>($o: Option<$T>, $default: $T): $T {
    let o = $o;
    if (o.is_some()) o.destroy_some()
    else {
        o.destroy_none();
        $default
    }
}
