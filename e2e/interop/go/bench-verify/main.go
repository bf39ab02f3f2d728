// SPDX-License-Identifier: Apache-2.0

// Bench-verify verifies bundles in one warm process, by sigstore-go or by cosign as a library.
//
// It reads one JSON object per line on standard input and answers each with one line on standard output: {} when all
// bundles hold, else {"error": "..."}. What is measured is measured by whoever asks.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/sigstore/cosign/v3/pkg/cosign"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

type job struct {
	Evidence string `json:"evidence"`
	Artifact string `json:"artifact"`
}

type request struct {
	Peer        string `json:"peer"`
	Workers     int    `json:"workers"`
	TrustedRoot string `json:"trustedRoot"`
	Identity    string `json:"identity"`
	Issuer      string `json:"issuer"`
	Jobs        []job  `json:"jobs"`
}

type answer struct {
	Error string `json:"error,omitempty"`
}

// judge verifies one bundle for an artifact.
type judge func(bundle *bundle.Bundle, artifact verify.ArtifactPolicyOption) error

func main() {
	judges := map[string]judge{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var result answer
		if err := serve(lines.Bytes(), judges); err != nil {
			result.Error = err.Error()
		}
		if err := output.Encode(result); err != nil {
			os.Exit(1)
		}
	}
}

// serve answers one request. The judges of earlier ones are kept: root and identity are those of the first.
func serve(line []byte, judges map[string]judge) error {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return err
	}
	if judges[asked.Peer] == nil {
		made, err := newJudge(asked)
		if err != nil {
			return err
		}
		judges[asked.Peer] = made
	}
	judge := judges[asked.Peer]
	var next atomic.Int64
	failures := make([]error, asked.Workers)
	var group sync.WaitGroup
	for worker := range asked.Workers {
		group.Go(func() {
			for failures[worker] == nil {
				index := int(next.Add(1)) - 1
				if index >= len(asked.Jobs) {
					return
				}
				failures[worker] = judgeFile(judge, asked.Jobs[index])
			}
		})
	}
	group.Wait()
	return errors.Join(failures...)
}

func newJudge(asked request) (judge, error) {
	trusted, err := root.NewTrustedRootFromPath(asked.TrustedRoot)
	if err != nil {
		return nil, err
	}
	switch asked.Peer {
	case "sigstore-go":
		return bySigstoreGo(trusted, asked)
	case "cosign":
		return byCosign(trusted, asked), nil
	default:
		return nil, fmt.Errorf("no such peer: %s", asked.Peer)
	}
}

func bySigstoreGo(trusted *root.TrustedRoot, asked request) (judge, error) {
	verifier, err := verify.NewVerifier(
		trusted,
		verify.WithSignedCertificateTimestamps(1),
		verify.WithTransparencyLog(1),
		verify.WithIntegratedTimestamps(1),
	)
	if err != nil {
		return nil, err
	}
	identity, err := verify.NewShortCertificateIdentity(asked.Issuer, "", asked.Identity, "")
	if err != nil {
		return nil, err
	}
	return func(bundle *bundle.Bundle, artifact verify.ArtifactPolicyOption) error {
		_, err := verifier.Verify(bundle, verify.NewPolicy(artifact, verify.WithCertificateIdentity(identity)))
		return err
	}, nil
}

func byCosign(trusted *root.TrustedRoot, asked request) judge {
	options := &cosign.CheckOpts{
		Identities:      []cosign.Identity{{Issuer: asked.Issuer, Subject: asked.Identity}},
		TrustedMaterial: trusted,
		NewBundleFormat: true,
	}
	return func(bundle *bundle.Bundle, artifact verify.ArtifactPolicyOption) error {
		_, err := cosign.VerifyNewBundle(context.Background(), options, artifact, bundle)
		return err
	}
}

func judgeFile(judge judge, one job) error {
	evidence, err := bundle.LoadJSONFromPath(one.Evidence)
	if err != nil {
		return err
	}
	artifact, err := os.Open(one.Artifact)
	if err != nil {
		return err
	}
	defer artifact.Close()
	if err := judge(evidence, verify.WithArtifact(artifact)); err != nil {
		return fmt.Errorf("%s: %w", one.Evidence, err)
	}
	return nil
}
