use std::fs;
use std::os::unix::fs::PermissionsExt;

use jiff::Timestamp;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[test]
fn the_admin_token_is_made_once_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (token, path) = admin_token(folder.path(), None).unwrap();
    let path = path.unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(admin_token(folder.path(), None).unwrap().0, token);
    let chosen = admin_token(folder.path(), Some("a-token-of-our-own".to_owned())).unwrap();
    assert_eq!(chosen, ("a-token-of-our-own".to_owned(), None));
    assert!(matches!(admin_token(folder.path(), Some(" ".to_owned())), Err(TokenError::Weak)));
}

#[test]
fn a_token_opens_until_it_ends_or_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let file = TokenFile::of(folder.path());
    let tokens = Tokens::new(folder.path(), "the-admin-token!").unwrap();
    assert_eq!(tokens.find("the-admin-token!", NOW), Some(("admin".to_owned(), Scope::Admin)));

    let end = Timestamp::from_second(60).unwrap();
    let secret = file.create("ministry", Scope::Seed, NOW, Some(end)).unwrap();
    assert!(!fs::read_to_string(&file.path).unwrap().contains(&secret));
    assert_eq!(tokens.find(&secret, NOW), Some(("ministry".to_owned(), Scope::Seed)));
    assert_eq!(tokens.find(&secret, end), None);
    assert!(matches!(file.create("ministry", Scope::Read, NOW, None), Err(TokenError::Taken(_))));

    for name in ["", "admin", "a\tb", " a", &"a".repeat(101)] {
        assert!(matches!(file.create(name, Scope::Read, NOW, None), Err(TokenError::Name(_))), "{name}");
    }
    assert!(matches!(file.create("late", Scope::Read, end, Some(NOW)), Err(TokenError::Ended(_))));

    file.revoke("ministry").unwrap();
    assert_eq!(tokens.find(&secret, NOW), None, "a server that runs sees it at once");
    assert!(matches!(file.revoke("ministry"), Err(TokenError::Unknown(_))));
}
