//! Tokens, for those who may manage them.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use jiff::Timestamp;

use super::context::ContextExt;
use super::error;
use super::mutation_error::MutationError;
use super::scalars::{DateTime, Sent};
use crate::access::{self, Scope, TokenError, TokenFile};

/// A token that opens the API to a partner. The token itself is not kept, and shown once, when it is made.
#[derive(SimpleObject)]
pub struct Token {
    /// Who uses it: stands in the log with every change that its bearer makes.
    name: String,
    /// What it allows.
    scope: Scope,
    /// When it was made.
    created_at: DateTime,
    /// When it ends; null for never.
    expires_at: Option<DateTime>,
    /// Whether it has ended.
    expired: bool,
}

impl Token {
    fn of(token: access::Token, now: Timestamp) -> Token {
        let expired = token.has_ended(now);
        let access::Token { name, scope, created_at, expires_at, .. } = token;
        Token { name, scope, created_at: DateTime(created_at), expires_at: expires_at.map(DateTime), expired }
    }
}

#[derive(Default)]
pub(super) struct TokenQueries;

#[Object]
impl TokenQueries {
    /// The tokens there are, but for the operator's own; for the bearer of a token with the scope `ADMIN`.
    async fn tokens(&self, ctx: &Context<'_>) -> Result<Vec<Token>> {
        ctx.admin()?;
        let now = Timestamp::now();
        let tokens = ctx.tokens().file().list().map_err(error::internal)?;
        Ok(tokens.into_iter().map(|token| Token::of(token, now)).collect())
    }
}

/// A token to be made.
#[derive(Debug, InputObject)]
pub struct CreateTokenInput {
    /// Who will use it: stands in the log with every change that its bearer makes.
    name: String,
    /// What it allows.
    #[graphql(default_with = "Scope::Seed")]
    scope: Scope,
    /// When it ends; never, if left out.
    expires_at: Option<Sent<DateTime>>,
    /// Checks everything, and makes nothing.
    #[graphql(default_with = "Some(false)")]
    dry_run: Option<bool>,
}

/// The answer to `createToken`.
#[derive(Default, SimpleObject)]
pub struct CreateTokenPayload {
    /// The token as it is kept; null on a dry run and on a refusal.
    token: Option<Token>,
    /// The token itself, to be sent as `Authorization: Bearer TOKEN`. This is the only time that it is shown.
    secret: Option<String>,
    /// Why the input was refused; empty where it was not. A refused input changes nothing.
    errors: Vec<MutationError>,
}

/// A token to be taken away.
#[derive(Debug, InputObject)]
pub struct RevokeTokenInput {
    /// The name that it was made with.
    name: String,
    /// Checks everything, and takes nothing away.
    #[graphql(default_with = "Some(false)")]
    dry_run: Option<bool>,
}

/// The answer to `revokeToken`.
#[derive(Default, SimpleObject)]
pub struct RevokeTokenPayload {
    /// The token that opens nothing any more, or on a dry run would; null on a refusal.
    token: Option<Token>,
    /// Why the input was refused; empty where it was not. A refused input changes nothing.
    errors: Vec<MutationError>,
}

#[derive(Default)]
pub(super) struct TokenMutations;

#[Object]
impl TokenMutations {
    /// Makes a token; for the bearer of one with the scope `ADMIN`. Tokens are no part of the graph: making one writes no revision.
    /// A name is given once, so a request that is repeated makes no second token; who lost the answer revokes the token and makes
    /// another.
    async fn create_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: CreateTokenInput,
    ) -> Result<CreateTokenPayload> {
        let actor = ctx.admin()?.to_owned();
        let CreateTokenInput { name, scope, expires_at, dry_run } = input;
        let expires_at = match expires_at.map(|sent| sent.read()).transpose() {
            Ok(end) => end.map(|end| end.0),
            Err(message) => {
                let errors = vec![MutationError::invalid(message, &["input", "expiresAt"])];
                return Ok(CreateTokenPayload { errors, ..CreateTokenPayload::default() });
            }
        };
        let (now, dry_run) = (Timestamp::now(), dry_run.unwrap_or_default());
        let made = changed(ctx, move |file| {
            if dry_run {
                return file.try_create(&name, now, expires_at).map(|()| None);
            }
            let secret = file.create(&name, scope, now, expires_at)?;
            tracing::info!(actor, token = name, %scope, "a token was made");
            Ok(Some((file.named(&name)?, secret)))
        });
        Ok(match made.await? {
            Ok(made) => {
                let (token, secret) = made.unzip();
                CreateTokenPayload { token: token.map(|token| Token::of(token, now)), secret, errors: Vec::new() }
            }
            Err(refusal) => CreateTokenPayload { errors: vec![refusal], ..CreateTokenPayload::default() },
        })
    }

    /// Takes a token away; for the bearer of one with the scope `ADMIN`. From then on it opens nothing, on no server of this data
    /// folder.
    async fn revoke_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which token.")] input: RevokeTokenInput,
    ) -> Result<RevokeTokenPayload> {
        let actor = ctx.admin()?.to_owned();
        let RevokeTokenInput { name, dry_run } = input;
        let dry_run = dry_run.unwrap_or_default();
        let revoked = changed(ctx, move |file| {
            let token = file.named(&name)?;
            if !dry_run {
                file.revoke(&name)?;
                tracing::info!(actor, token = name, "a token was revoked");
            }
            Ok(token)
        });
        Ok(match revoked.await? {
            Ok(token) => RevokeTokenPayload { token: Some(Token::of(token, Timestamp::now())), errors: Vec::new() },
            Err(refusal) => RevokeTokenPayload { token: None, errors: vec![refusal] },
        })
    }
}

/// What became of a change of the file of tokens, which waits for the disk: what the caller is at fault for comes as an error of
/// the payload.
async fn changed<T: Send + 'static>(
    ctx: &Context<'_>,
    change: impl FnOnce(&TokenFile) -> Result<T, TokenError> + Send + 'static,
) -> Result<Result<T, MutationError>> {
    let tokens = ctx.tokens().clone();
    let changed = tokio::task::spawn_blocking(move || change(tokens.file())).await.map_err(error::internal)?;
    Ok(match changed {
        Ok(done) => Ok(done),
        Err(error @ TokenError::Taken(_)) => Err(MutationError::conflict(error.to_string(), &["input", "name"])),
        Err(error @ TokenError::Unknown(_)) => Err(MutationError::not_found(error.to_string(), &["input", "name"])),
        Err(error @ TokenError::Name(_)) => Err(MutationError::invalid(error.to_string(), &["input", "name"])),
        Err(error @ TokenError::Ended(_)) => Err(MutationError::invalid(error.to_string(), &["input", "expiresAt"])),
        Err(error) => return Err(error::internal(error)),
    })
}
