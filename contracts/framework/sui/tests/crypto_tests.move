// SPDX-License-Identifier: Apache-2.0

/// Tests whose name begins with `bls_` need a real curve: the reference test machine answers
/// every signature with true and computes no group operations.
#[test_only]
module sui::crypto_tests;

use std::unit_test::assert_eq;
use sui::bls12381;
use sui::ed25519;
use sui::group_ops;
use sui::hash;
use sui::hmac;
use sui::random;

#[test]
fun hashes_have_known_values() {
    assert_eq!(
        hash::blake2b256(&b"abc"),
        x"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319",
    );
    assert_eq!(
        hash::keccak256(&b"abc"),
        x"4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
    );
    assert_eq!(hmac::hmac_sha3_256(&b"key", &b"message").length(), 32);
}

#[test]
fun ed25519_signatures_are_verified() {
    // RFC 8032, section 7.1, test 1: the empty message.
    let public_key = x"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let signature =
        x"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    assert!(ed25519::ed25519_verify(&signature, &public_key, &b""));
    assert!(!ed25519::ed25519_verify(&signature, &public_key, &b"x"));
    assert!(!ed25519::ed25519_verify(&b"short", &public_key, &b""));
}

#[test]
fun generators_with_one_seed_agree() {
    let mut first = random::new_generator_from_seed_for_testing(b"seed");
    let mut second = random::new_generator_from_seed_for_testing(b"seed");
    assert_eq!(first.generate_bytes(70), second.generate_bytes(70));
    assert_eq!(first.generate_u256(), second.generate_u256());
    assert_eq!(first.generate_bool(), second.generate_bool());
    100u64.do!(|_| {
        let number = first.generate_u64_in_range(5, 9);
        assert!(5 <= number && number <= 9);
        let number = first.generate_u8_in_range(255, 255);
        assert_eq!(number, 255);
    });
    let mut v = vector::tabulate!(20, |i| i);
    first.shuffle(&mut v);
    sui::test_utils::assert_same_elems(v, vector::tabulate!(20, |i| i));
    assert_eq!(random::new_generator_for_testing().generate_bytes(0), vector[]);
}

#[test, expected_failure(abort_code = random::EInvalidRange)]
fun range_is_not_empty() {
    random::new_generator_from_seed_for_testing(b"").generate_u64_in_range(1, 0);
}

#[test]
fun numbers_are_written_at_either_end() {
    let mut buffer = x"00000000000000000000";
    group_ops::set_as_prefix(0x0102, true, &mut buffer);
    assert_eq!(buffer, x"00000000000000000102");
    group_ops::set_as_prefix(0x0304, false, &mut buffer);
    assert_eq!(buffer, x"04030000000000000102");
}

#[test, expected_failure(abort_code = group_ops::EInvalidBufferLength)]
fun number_fits_into_the_buffer() {
    group_ops::set_as_prefix(1, true, &mut x"00000000000000");
}

#[test]
fun bls_scalars_form_a_field() {
    let (two, three) = (bls12381::scalar_from_u64(2), bls12381::scalar_from_u64(3));
    let six = bls12381::scalar_mul(&two, &three);
    assert!(six.equal(&bls12381::scalar_from_u64(6)));
    assert!(bls12381::scalar_div(&two, &six).equal(&three));
    assert!(bls12381::scalar_add(&two, &bls12381::scalar_one()).equal(&three));
    assert!(bls12381::scalar_sub(&three, &two).equal(&bls12381::scalar_one()));
    assert!(
        bls12381::scalar_add(&two, &bls12381::scalar_neg(&two)).equal(&bls12381::scalar_zero()),
    );
    assert!(
        bls12381::scalar_mul(&two, &bls12381::scalar_inv(&two)).equal(&bls12381::scalar_one()),
    );
    assert!(bls12381::scalar_from_bytes(six.bytes()).equal(&six));
}

#[test]
fun bls_groups_are_groups() {
    let (one, two) = (bls12381::g1_generator(), bls12381::scalar_from_u64(2));
    let double = bls12381::g1_add(&one, &one);
    assert!(bls12381::g1_mul(&two, &one).equal(&double));
    assert!(bls12381::g1_div(&two, &double).equal(&one));
    assert!(bls12381::g1_sub(&double, &one).equal(&one));
    assert!(bls12381::g1_add(&one, &bls12381::g1_neg(&one)).equal(&bls12381::g1_identity()));
    assert!(bls12381::g1_from_bytes(double.bytes()).equal(&double));
    let one = bls12381::g2_generator();
    let double = bls12381::g2_add(&one, &one);
    assert!(bls12381::g2_mul(&two, &one).equal(&double));
    assert!(bls12381::g2_div(&two, &double).equal(&one));
    assert!(bls12381::g2_sub(&double, &one).equal(&one));
    assert!(bls12381::g2_add(&one, &bls12381::g2_neg(&one)).equal(&bls12381::g2_identity()));
    assert!(bls12381::g2_from_bytes(double.bytes()).equal(&double));
}

#[test]
fun bls_uncompressed_elements_are_summed() {
    let one = bls12381::g1_generator();
    let uncompressed = bls12381::g1_to_uncompressed_g1(&one);
    assert_eq!(uncompressed.bytes().length(), 96);
    assert!(bls12381::uncompressed_g1_to_g1(&uncompressed).equal(&one));
    let sum = bls12381::uncompressed_g1_sum(&vector::tabulate!(7, |_| uncompressed));
    let seven = bls12381::g1_mul(&bls12381::scalar_from_u64(7), &one);
    assert!(bls12381::uncompressed_g1_to_g1(&sum).equal(&seven));
    let none = bls12381::uncompressed_g1_sum(&vector[]);
    assert!(bls12381::uncompressed_g1_to_g1(&none).equal(&bls12381::g1_identity()));
}

#[test]
fun bls_signatures_are_verified() {
    let secret = bls12381::scalar_from_u64(12345);
    let message = b"message";
    let public_key = bls12381::g1_mul(&secret, &bls12381::g1_generator());
    let signature = bls12381::g2_mul(&secret, &bls12381::hash_to_g2(&message));
    let (public_key, signature) = (*public_key.bytes(), *signature.bytes());
    assert!(bls12381::bls12381_min_pk_verify(&signature, &public_key, &message));
    assert!(!bls12381::bls12381_min_pk_verify(&signature, &public_key, &b"other"));
    assert!(!bls12381::bls12381_min_pk_verify(&b"short", &public_key, &message));
    assert!(!bls12381::bls12381_min_pk_verify(&signature, &b"short", &message));
    let public_key = bls12381::g2_mul(&secret, &bls12381::g2_generator());
    let signature = bls12381::g1_mul(&secret, &bls12381::hash_to_g1(&message));
    let (public_key, signature) = (*public_key.bytes(), *signature.bytes());
    assert!(bls12381::bls12381_min_sig_verify(&signature, &public_key, &message));
    assert!(!bls12381::bls12381_min_sig_verify(&signature, &public_key, &b"other"));
}

#[test]
fun bls_products_are_summed() {
    let one = bls12381::g1_generator();
    let scalars = vector[2, 3].map!(|x| bls12381::scalar_from_u64(x));
    let sum = bls12381::g1_multi_scalar_multiplication(&scalars, &vector[one, one]);
    assert!(sum.equal(&bls12381::g1_mul(&bls12381::scalar_from_u64(5), &one)));
    let one = bls12381::g2_generator();
    let sum = bls12381::g2_multi_scalar_multiplication(&scalars, &vector[one, one]);
    assert!(sum.equal(&bls12381::g2_mul(&bls12381::scalar_from_u64(5), &one)));
}

#[test, expected_failure(abort_code = group_ops::EInvalidInput)]
fun bls_malformed_element_is_refused() {
    bls12381::g1_from_bytes(&b"short");
}

#[test, expected_failure(abort_code = group_ops::EInvalidInput)]
fun bls_inverse_of_zero_is_refused() {
    bls12381::scalar_inv(&bls12381::scalar_zero());
}

#[test, expected_failure(abort_code = group_ops::EInvalidInput)]
fun products_need_as_many_scalars_as_elements() {
    bls12381::g1_multi_scalar_multiplication(
        &vector[bls12381::scalar_one()],
        &vector[],
    );
}
