// Verifies what order-sync's transparency log proves of itself with the code that Go's own checksum database is verified with.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type evidence struct {
	VerifierKeys []string
	// Signed notes; Later is the head that the leaves are proved against.
	Earlier, Later string
	Consistency    [][]byte
	Leaves         []struct {
		Index int64
		Bytes []byte
		Path  [][]byte
	}
}

func main() {
	log.SetFlags(0)
	var given evidence
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		log.Fatalf("evidence: %v", err)
	}
	var keys []note.Verifier
	for _, text := range given.VerifierKeys {
		key, err := note.NewVerifier(text)
		if err != nil {
			log.Fatalf("verifier key: %v", err)
		}
		keys = append(keys, key)
	}
	earlier, later := open(given.Earlier, keys), open(given.Later, keys)
	if err := tlog.CheckTree(hashes(given.Consistency), later.N, later.Hash, earlier.N, earlier.Hash); err != nil {
		log.Fatalf("consistency: %v", err)
	}
	for _, leaf := range given.Leaves {
		proof := tlog.RecordProof(hashes(leaf.Path))
		if err := tlog.CheckRecord(proof, later.N, later.Hash, leaf.Index, tlog.RecordHash(leaf.Bytes)); err != nil {
			log.Fatalf("leaf %d: %v", leaf.Index, err)
		}
	}
	fmt.Printf("%d leaves of %d\n", len(given.Leaves), later.N)
}

func open(text string, keys []note.Verifier) tlog.Tree {
	opened, err := note.Open([]byte(text), note.VerifierList(keys...))
	if err != nil {
		log.Fatalf("head: %v", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 {
		log.Fatal("head: not origin, size and root")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		log.Fatalf("head: %v", err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		log.Fatalf("head: %v", err)
	}
	return tlog.Tree{N: size, Hash: root}
}

func hashes(path [][]byte) []tlog.Hash {
	var list []tlog.Hash
	for _, each := range path {
		var hash tlog.Hash
		copy(hash[:], each)
		list = append(list, hash)
	}
	return list
}
