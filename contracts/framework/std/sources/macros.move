// SPDX-License-Identifier: Apache-2.0

/// Loops and arithmetic shared by the integer modules, written once for every width.
module std::macros;

use std::string::String;

/// The larger of two numbers.
public macro fun num_max<$T>($x: $T, $y: $T): $T {
    let x = $x;
    let y = $y;
    if (x < y) y else x
}

/// The smaller of two numbers.
public macro fun num_min<$T>($x: $T, $y: $T): $T {
    let x = $x;
    let y = $y;
    if (y < x) y else x
}

/// The distance between two numbers.
public macro fun num_diff<$T>($x: $T, $y: $T): $T {
    let x = $x;
    let y = $y;
    if (x < y) y - x else x - y
}

/// `x / y` rounded up; division by zero is an arithmetic error.
public macro fun num_divide_and_round_up<$T>($x: $T, $y: $T): $T {
    let x = $x;
    let y = $y;
    let quotient = x / y;
    if (x % y == 0) quotient else quotient + 1
}

/// `base` to the power of `exponent` by repeated squaring. The last squaring is left out,
/// so that it overflows only if the result does.
public macro fun num_pow<$T>($base: $T, $exponent: u8): $T {
    let mut square = $base;
    let mut bits = $exponent;
    let mut power: $T = 1;
    while (bits > 0) {
        if (bits % 2 == 1) power = power * square;
        bits = bits / 2;
        if (bits > 0) square = square * square;
    };
    power
}

/// The integer square root, found bit by bit from the top. `$U` is wider than `$T` or equal to
/// it; `$top_bit` is the largest power of four that fits into `$T`.
public macro fun num_sqrt<$T, $U>($x: $T, $top_bit: $U): $T {
    let mut rest = $x as $U;
    let mut bit = $top_bit;
    let mut root: $U = 0;
    while (bit != 0) {
        let candidate = root + bit;
        root = root >> 1;
        if (rest >= candidate) {
            rest = rest - candidate;
            root = root + bit;
        };
        bit = bit >> 2;
    };
    root as $T
}

/// The decimal digits of a number.
public macro fun num_to_string<$T>($x: $T): String {
    let mut rest = $x;
    let mut digits = vector[];
    loop {
        digits.push_back((rest % 10) as u8 + 48);
        rest = rest / 10;
        if (rest == 0) break
    };
    digits.reverse();
    std::string::utf8(digits)
}

/// `Some(x + y)`, or `None` if it does not fit.
public macro fun num_checked_add<$T>($x: $T, $y: $T, $max: $T): Option<$T> {
    let x = $x;
    let y = $y;
    if (y > $max - x) option::none() else option::some(x + y)
}

/// `Some(x - y)`, or `None` if `y` is larger.
public macro fun num_checked_sub<$T>($x: $T, $y: $T): Option<$T> {
    let x = $x;
    let y = $y;
    if (y > x) option::none() else option::some(x - y)
}

/// `Some(x * y)`, or `None` if it does not fit.
public macro fun num_checked_mul<$T>($x: $T, $y: $T, $max: $T): Option<$T> {
    let x = $x;
    let y = $y;
    if (x != 0 && y > $max / x) option::none() else option::some(x * y)
}

/// `Some(x / y)`, or `None` if `y` is zero.
public macro fun num_checked_div<$T>($x: $T, $y: $T): Option<$T> {
    let x = $x;
    let y = $y;
    if (y == 0) option::none() else option::some(x / y)
}

/// `x + y`, or the maximum if it does not fit.
public macro fun num_saturating_add<$T>($x: $T, $y: $T, $max: $T): $T {
    let x = $x;
    let y = $y;
    if (y > $max - x) $max else x + y
}

/// `x - y`, or zero if `y` is larger.
public macro fun num_saturating_sub<$T>($x: $T, $y: $T): $T {
    let x = $x;
    let y = $y;
    if (y > x) 0 else x - y
}

/// `x * y`, or the maximum if it does not fit.
public macro fun num_saturating_mul<$T>($x: $T, $y: $T, $max: $T): $T {
    let x = $x;
    let y = $y;
    if (x != 0 && y > $max / x) $max else x * y
}

/// `Some(x as $U)` if `x` is at most `max`, the largest value of the narrower type.
public macro fun try_as_number<$T, $U>($x: $T, $max: $T): Option<$U> {
    let x = $x;
    if (x > $max) option::none() else option::some(x as $U)
}

/// Calls `f` with every number from `start` up to but not including `stop`.
public macro fun range_do<$T, $R: drop>($start: $T, $stop: $T, $f: |$T| -> $R) {
    let mut i = $start;
    let stop = $stop;
    while (i < stop) {
        $f(i);
        i = i + 1;
    }
}

/// Calls `f` with every number from `start` up to and including `stop`, which may be the
/// largest number of the type.
public macro fun range_do_eq<$T, $R: drop>($start: $T, $stop: $T, $f: |$T| -> $R) {
    let mut i = $start;
    let stop = $stop;
    if (i <= stop) {
        while (i < stop) {
            $f(i);
            i = i + 1;
        };
        $f(i);
    }
}

/// Calls `f` with every number below `stop`.
public macro fun do<$T, $R: drop>($stop: $T, $f: |$T| -> $R) {
    range_do!(0, $stop, $f)
}

/// Calls `f` with every number up to and including `stop`.
public macro fun do_eq<$T, $R: drop>($stop: $T, $f: |$T| -> $R) {
    range_do_eq!(0, $stop, $f)
}
