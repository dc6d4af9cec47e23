//! What the product is measured against: servers that do nothing but what none can leave out.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Reads a request, and answers with the bytes of a file.
pub fn limit(file: &Path) {
    let answer: Bytes = fs::read(file).expect("the answer was written down").into();
    let handler = move |_request: Bytes| async move { ([(CONTENT_TYPE, "application/json; charset=utf-8")], answer) };
    serve(Router::new().route("/graphql", post(handler)));
}

/// Puts each body into sled, and answers once it is on disk: one write a commit, one commit after the other.
pub fn bare_sled(folder: &Path) {
    let (queue, jobs) = channel::<(Bytes, oneshot::Sender<()>)>();
    let tree = sled::open(folder).expect("an empty store opens");
    let file = fs::File::open(folder.join("db")).expect("the store has a file");
    std::thread::spawn(move || {
        for (number, (body, stored)) in jobs.into_iter().enumerate() {
            tree.insert(number.to_be_bytes(), &*body).expect("the disk has room");
            tree.flush().expect("the disk has room");
            file.sync_data().expect("the disk has room");
            let _ = stored.send(());
        }
    });
    let queue: Arc<Sender<_>> = Arc::new(queue);
    let handler = move |request: Bytes| async move {
        let (stored, answer) = oneshot::channel();
        queue.send((request, stored)).expect("the writer lives as long as the server");
        answer.await.expect("the writer answers each");
    };
    serve(Router::new().route("/graphql", post(handler)));
}

/// Serves as a bare axum server does.
fn serve(routes: Router) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        println!("http://{}/", listener.local_addr().expect("it is bound"));
        let routes = routes.route("/readyz", get(|| async {}));
        axum::serve(listener, routes).await.expect("it serves until it is ended");
    });
}
