// SPDX-License-Identifier: Apache-2.0

/// Functions and macros on vectors. The first eight functions are instructions of the virtual
/// machine.
#[defines_primitive(vector)]
module std::vector;

/// `bytes.to_string()`: UTF-8 text.
public use fun std::string::utf8 as vector.to_string;

/// `bytes.try_to_string()`: UTF-8 text or `None`.
public use fun std::string::try_utf8 as vector.try_to_string;

/// `bytes.to_ascii_string()`: ASCII text.
public use fun std::ascii::string as vector.to_ascii_string;

/// `bytes.try_to_ascii_string()`: ASCII text or `None`.
public use fun std::ascii::try_string as vector.try_to_ascii_string;

/// An index is not below the length of the vector.
const EINDEX_OUT_OF_BOUNDS: u64 = 0x20000;

/// A vector without elements.
#[bytecode_instruction]
public native fun empty<Element>(): vector<Element>;

/// The number of elements.
#[bytecode_instruction]
public native fun length<Element>(v: &vector<Element>): u64;

/// A reference to the element at index `i`.
#[bytecode_instruction]
#[syntax(index)]
public native fun borrow<Element>(v: &vector<Element>, i: u64): &Element;

/// Puts an element at the end.
#[bytecode_instruction]
public native fun push_back<Element>(v: &mut vector<Element>, e: Element);

/// A mutable reference to the element at index `i`.
#[bytecode_instruction]
#[syntax(index)]
public native fun borrow_mut<Element>(v: &mut vector<Element>, i: u64): &mut Element;

/// Takes the last element out.
#[bytecode_instruction]
public native fun pop_back<Element>(v: &mut vector<Element>): Element;

/// Ends the life of an empty vector.
#[bytecode_instruction]
public native fun destroy_empty<Element>(v: vector<Element>);

/// Exchanges two elements.
#[bytecode_instruction]
public native fun swap<Element>(v: &mut vector<Element>, i: u64, j: u64);

/// A vector of one element.
public fun singleton<Element>(e: Element): vector<Element> {
    vector[e]
}

/// Reverses the order of the elements in place.
public fun reverse<Element>(v: &mut vector<Element>) {
    let mut back = v.length();
    let mut front = 0;
    while (front + 1 < back) {
        back = back - 1;
        v.swap(front, back);
        front = front + 1;
    }
}

/// Moves all elements of `other`, in order, to the end of `lhs`.
public fun append<Element>(lhs: &mut vector<Element>, other: vector<Element>) {
    other.do!(|e| lhs.push_back(e))
}

/// True if there are no elements.
public fun is_empty<Element>(v: &vector<Element>): bool {
    v.length() == 0
}

/// True if some element equals `e`.
public fun contains<Element>(v: &vector<Element>, e: &Element): bool {
    v.any!(|x| x == e)
}

/// Whether some element equals `e`, and the first index where it does, else 0.
public fun index_of<Element>(v: &vector<Element>, e: &Element): (bool, u64) {
    // Written out: `find_index!` would make this module depend on `option`, which uses it.
    let mut i = 0;
    while (i < v.length()) {
        if (&v[i] == e) return (true, i);
        i = i + 1;
    };
    (false, 0)
}

/// Takes out the element at index `i`, moving the later ones down.
/// Aborts with `EINDEX_OUT_OF_BOUNDS`.
public fun remove<Element>(v: &mut vector<Element>, i: u64): Element {
    let len = v.length();
    if (i >= len) abort EINDEX_OUT_OF_BOUNDS;
    (i + 1).range_do!(len, |j| v.swap(j - 1, j));
    v.pop_back()
}

/// Puts `e` at index `i`, moving the later ones up. Aborts with `EINDEX_OUT_OF_BOUNDS`.
public fun insert<Element>(v: &mut vector<Element>, e: Element, i: u64) {
    let len = v.length();
    if (i > len) abort EINDEX_OUT_OF_BOUNDS;
    v.push_back(e);
    i.range_do!(len, |j| v.swap(j, len));
}

/// Takes out the element at index `i` and puts the last one in its place.
/// Aborts with `EINDEX_OUT_OF_BOUNDS`.
public fun swap_remove<Element>(v: &mut vector<Element>, i: u64): Element {
    let len = v.length();
    if (i >= len) abort EINDEX_OUT_OF_BOUNDS;
    v.swap(i, len - 1);
    v.pop_back()
}

/// The elements from index `n` on.
public fun skip<T: drop>(mut v: vector<T>, n: u64): vector<T> {
    let mut rest = vector[];
    while (v.length() > n) rest.push_back(v.pop_back());
    rest.reverse();
    rest
}

/// The first `n` elements. Aborts if there are fewer.
public fun take<T: drop>(mut v: vector<T>, n: u64): vector<T> {
    assert!(n <= v.length());
    while (v.length() > n) {
        v.pop_back();
    };
    v
}

/// All elements of the inner vectors in order.
public fun flatten<T>(v: vector<vector<T>>): vector<T> {
    let mut flat = vector[];
    v.do!(|inner| flat.append(inner));
    flat
}

/// A vector of the results of `f` for 0 to `n - 1`.
public macro fun tabulate<$T>($n: u64, $f: |u64| -> $T): vector<$T> {
    let mut v = vector[];
    let n = $n;
    n.do!(|i| v.push_back($f(i)));
    v
}

/// Hands every element to `f`, the last one first.
public macro fun destroy<$T, $R: drop>($v: vector<$T>, $f: |$T| -> $R) {
    let mut v = $v;
    v.length().do!(|_| $f(v.pop_back()));
    v.destroy_empty()
}

/// Hands every element to `f` in order.
public macro fun do<$T, $R: drop>($v: vector<$T>, $f: |$T| -> $R) {
    let mut v = $v;
    v.reverse();
    v.length().do!(|_| $f(v.pop_back()));
    v.destroy_empty()
}

/// Calls `f` with a reference to every element in order.
public macro fun do_ref<$T, $R: drop>($v: &vector<$T>, $f: |&$T| -> $R) {
    let v = $v;
    v.length().do!(|i| $f(&v[i]))
}

/// Calls `f` with a mutable reference to every element in order.
public macro fun do_mut<$T, $R: drop>($v: &mut vector<$T>, $f: |&mut $T| -> $R) {
    let v = $v;
    v.length().do!(|i| $f(&mut v[i]))
}

/// The results of `f` for every element.
public macro fun map<$T, $U>($v: vector<$T>, $f: |$T| -> $U): vector<$U> {
    let v = $v;
    let mut results = vector[];
    v.do!(|e| results.push_back($f(e)));
    results
}

/// The results of `f` for a reference to every element.
public macro fun map_ref<$T, $U>($v: &vector<$T>, $f: |&$T| -> $U): vector<$U> {
    let v = $v;
    let mut results = vector[];
    v.do_ref!(|e| results.push_back($f(e)));
    results
}

/// The elements for which `f` is true.
public macro fun filter<$T: drop>($v: vector<$T>, $f: |&$T| -> bool): vector<$T> {
    let v = $v;
    let mut kept = vector[];
    v.do!(|e| if ($f(&e)) kept.push_back(e));
    kept
}

/// The elements for which `f` is true, and the others.
public macro fun partition<$T>($v: vector<$T>, $f: |&$T| -> bool): (vector<$T>, vector<$T>) {
    let v = $v;
    let mut accepted = vector[];
    let mut rejected = vector[];
    v.do!(|e| if ($f(&e)) accepted.push_back(e) else rejected.push_back(e));
    (accepted, rejected)
}

/// The first index at which `f` is true.
public macro fun find_index<$T>($v: &vector<$T>, $f: |&$T| -> bool): Option<u64> {
    let v = $v;
    'search: {
        v.length().do!(|i| if ($f(&v[i])) return 'search option::some(i));
        option::none()
    }
}

/// All indices at which `f` is true.
public macro fun find_indices<$T>($v: &vector<$T>, $f: |&$T| -> bool): vector<u64> {
    let v = $v;
    let mut indices = vector[];
    v.length().do!(|i| if ($f(&v[i])) indices.push_back(i));
    indices
}

/// The number of elements for which `f` is true.
public macro fun count<$T>($v: &vector<$T>, $f: |&$T| -> bool): u64 {
    let v = $v;
    let mut n = 0;
    v.do_ref!(|e| if ($f(e)) n = n + 1);
    n
}

/// Combines all elements, in order, with the accumulated value.
public macro fun fold<$T, $Acc>($v: vector<$T>, $init: $Acc, $f: |$Acc, $T| -> $Acc): $Acc {
    let v = $v;
    let mut acc = $init;
    v.do!(|e| acc = $f(acc, e));
    acc
}

/// True if `f` is true for some element.
public macro fun any<$T>($v: &vector<$T>, $f: |&$T| -> bool): bool {
    let v = $v;
    'search: {
        v.do_ref!(|e| if ($f(e)) return 'search true);
        false
    }
}

/// True if `f` is true for every element.
public macro fun all<$T>($v: &vector<$T>, $f: |&$T| -> bool): bool {
    let v = $v;
    'search: {
        v.do_ref!(|e| if (!$f(e)) return 'search false);
        true
    }
}

/// Hands the elements of two vectors of equal length pairwise to `f`. Aborts if the lengths
/// differ.
public macro fun zip_do<$T1, $T2, $R: drop>(
    $v1: vector<$T1>,
    $v2: vector<$T2>,
    $f: |$T1, $T2| -> $R,
) {
    let v1 = $v1;
    let mut v2 = $v2;
    assert!(v1.length() == v2.length());
    v2.reverse();
    v1.do!(|e1| $f(e1, v2.pop_back()));
    v2.destroy_empty()
}

/// Like `zip_do`, from the last pair to the first.
public macro fun zip_do_reverse<$T1, $T2, $R: drop>(
    $v1: vector<$T1>,
    $v2: vector<$T2>,
    $f: |$T1, $T2| -> $R,
) {
    let v1 = $v1;
    let mut v2 = $v2;
    assert!(v1.length() == v2.length());
    v1.destroy!(|e1| $f(e1, v2.pop_back()));
    v2.destroy_empty()
}

/// Calls `f` with references to the elements of two vectors of equal length. Aborts if the
/// lengths differ.
public macro fun zip_do_ref<$T1, $T2, $R: drop>(
    $v1: &vector<$T1>,
    $v2: &vector<$T2>,
    $f: |&$T1, &$T2| -> $R,
) {
    let v1 = $v1;
    let v2 = $v2;
    assert!(v1.length() == v2.length());
    v1.length().do!(|i| $f(&v1[i], &v2[i]))
}

/// Calls `f` with mutable references to the elements of two vectors of equal length. Aborts
/// if the lengths differ.
public macro fun zip_do_mut<$T1, $T2, $R: drop>(
    $v1: &mut vector<$T1>,
    $v2: &mut vector<$T2>,
    $f: |&mut $T1, &mut $T2| -> $R,
) {
    let v1 = $v1;
    let v2 = $v2;
    assert!(v1.length() == v2.length());
    v1.length().do!(|i| $f(&mut v1[i], &mut v2[i]))
}

/// The results of `f` for the pairs of two vectors of equal length. Aborts if the lengths
/// differ.
public macro fun zip_map<$T1, $T2, $U>(
    $v1: vector<$T1>,
    $v2: vector<$T2>,
    $f: |$T1, $T2| -> $U,
): vector<$U> {
    let mut results = vector[];
    zip_do!($v1, $v2, |e1, e2| results.push_back($f(e1, e2)));
    results
}

/// The results of `f` for references to the pairs of two vectors of equal length. Aborts if
/// the lengths differ.
public macro fun zip_map_ref<$T1, $T2, $U>(
    $v1: &vector<$T1>,
    $v2: &vector<$T2>,
    $f: |&$T1, &$T2| -> $U,
): vector<$U> {
    let mut results = vector[];
    zip_do_ref!($v1, $v2, |e1, e2| results.push_back($f(e1, e2)));
    results
}

/// Sorts in place, keeping the order of equal elements; quadratic, for short vectors. `le` says
/// whether the first argument may stand before the second.
public macro fun insertion_sort_by<$T>($v: &mut vector<$T>, $le: |&$T, &$T| -> bool) {
    let v = $v;
    v.length().do!(|end| {
        let mut i = end;
        while (i > 0 && !$le(&v[i - 1], &v[i])) {
            v.swap(i - 1, i);
            i = i - 1;
        }
    })
}

/// True if `le` holds for every two neighbours.
public macro fun is_sorted_by<$T>($v: &vector<$T>, $le: |&$T, &$T| -> bool): bool {
    let v = $v;
    'search: {
        1u64.range_do!(v.length(), |i| if (!$le(&v[i - 1], &v[i])) return 'search false);
        true
    }
}
