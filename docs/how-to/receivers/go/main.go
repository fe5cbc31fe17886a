// A receiver that verifies what Posthaste has signed (Standard Webhooks) and does its work once.
//
//	SECRET=whsec_… DONE=/tmp/done PORT=9000 go run main.go
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const tolerance = 5 * time.Minute

// signatureHolds takes the body's bytes as they came, before anything has parsed them.
func signatureHolds(key []byte, header http.Header, body []byte) bool {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || id == "" || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	// One entry for each secret, while two sign.
	for _, entry := range strings.Split(header.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(entry), []byte(expected)) {
			return true
		}
	}
	return false
}

// store stands for a table: insert into received (id) values ($1) on conflict do nothing, in the transaction of the work.
type store struct {
	mutex sync.Mutex
	seen  map[string]bool
	file  *os.File
}

func (s *store) once(id string, work func() error) (bool, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.seen[id] {
		return false, nil
	}
	if err := work(); err != nil {
		return false, err
	}
	if _, err := fmt.Fprintln(s.file, id); err != nil {
		return false, err
	}
	s.seen[id] = true
	return true, nil
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("SECRET"), "whsec_"))
	if err != nil || len(key) == 0 {
		log.Fatal("SECRET is no signing secret.")
	}
	before, _ := os.ReadFile(os.Getenv("DONE"))
	file, err := os.OpenFile(os.Getenv("DONE"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	done := &store{seen: map[string]bool{}, file: file}
	for _, id := range strings.Fields(string(before)) {
		done.seen[id] = true
	}
	http.HandleFunc("/hook", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<20))
		w.Header().Set("Content-Type", "application/json")
		if err != nil || !signatureHolds(key, r.Header, body) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"The signature does not hold."}`)
			return
		}
		isNew, err := done.once(r.Header.Get("webhook-id"), func() error { return nil })
		if err != nil {
			http.Error(w, `{"error":"The work could not be done."}`, http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, `{"done":true,"before":%t}`, !isNew)
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
