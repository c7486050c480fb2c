/// Authorisation by address or by object.
///
/// A stored rule (`Authorized`) names either an address or an object. A proof (`Authenticated`) is
/// made inside a transaction: by the sender, or by whoever can pass a reference to an object. The
/// ownership rules of the chain decide who that is.
module walrus::auth;

/// Proof of identity within one transaction.
public enum Authenticated has drop {
    /// The sender of the transaction.
    Sender(address),
    /// Somebody who can use the object.
    Object(ID),
}

/// Stored rule about who may act.
public enum Authorized has copy, drop, store {
    /// The owner of an address.
    Address(address),
    /// Whoever can use the object.
    ObjectID(ID),
}

/// Proves to be the sender of the transaction.
public fun authenticate_sender(ctx: &TxContext): Authenticated {
    Authenticated::Sender(ctx.sender())
}

/// Proves to have access to the object.
public fun authenticate_with_object<T: key>(obj: &T): Authenticated {
    Authenticated::Object(object::id(obj))
}

/// Makes a rule that is met by the sender with this address.
public fun authorized_address(addr: address): Authorized {
    Authorized::Address(addr)
}

/// Makes a rule that is met by access to the object with this ID.
public fun authorized_object(id: ID): Authorized {
    Authorized::ObjectID(id)
}

/// Returns whether the proof meets the rule: same kind and same value.
public(package) fun matches(authenticated: &Authenticated, authorized: &Authorized): bool {
    match (authenticated) {
        Authenticated::Sender(sender) => match (authorized) {
            Authorized::Address(addr) => sender == addr,
            Authorized::ObjectID(_) => false,
        },
        Authenticated::Object(object_id) => match (authorized) {
            Authorized::Address(_) => false,
            Authorized::ObjectID(id) => object_id == id,
        },
    }
}
