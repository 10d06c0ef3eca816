// Stands in for Tempo: takes traces by OTLP, counts the requests that bring some, and forgets them.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sync/atomic"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "-health" {
		answer, err := http.Get("http://127.0.0.1:3200/ready")
		if err != nil || answer.StatusCode != http.StatusOK {
			os.Exit(1)
		}
		return
	}
	var received atomic.Int64
	otlp := http.NewServeMux()
	otlp.HandleFunc("POST /v1/traces", func(response http.ResponseWriter, request *http.Request) {
		io.Copy(io.Discard, request.Body)
		received.Add(1)
		response.Header().Set("Content-Type", "application/x-protobuf")
	})
	go func() { log.Fatal(http.ListenAndServe(":4318", otlp)) }()
	api := http.NewServeMux()
	api.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	// The form of Tempo's own answer.
	api.HandleFunc("GET /api/search", func(response http.ResponseWriter, _ *http.Request) {
		if received.Load() == 0 {
			fmt.Fprint(response, `{"traces":[]}`)
		} else {
			fmt.Fprintf(response, `{"traces":[{"rootTraceName":"%d requests"}]}`, received.Load())
		}
	})
	log.Fatal(http.ListenAndServe(":3200", api))
}
