package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"calipso/graph"
)

const (
	// plainMost is up to how many bytes a content is kept as it is.
	plainMost = 16 << 10
	// contentMost is how many bytes a content may have when it is read.
	contentMost = 256 << 20
	// storedMost is how many bytes of it are kept at most: a value of the store
	// holds 16 MiB.
	storedMost = 15 << 20
)

// pack makes the document that holds a content, compressed if it is large.
//
// Errors: *graph.InvalidError if it is too large.
func (k *Keeper) pack(id string, content any) (doc *graph.Document, size int, err error) {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(content); err != nil {
		return nil, 0, fmt.Errorf("report: content: %w", err)
	}
	doc = &graph.Document{DocKey: graph.DocKey{Collection: graph.ReportContents, ID: id}, Body: graph.Attrs{"content": raw.String()}}
	size = raw.Len()
	if size > plainMost {
		var packed bytes.Buffer
		text := base64.NewEncoder(base64.StdEncoding, &packed)
		zip := gzip.NewWriter(text)
		_, err = zip.Write(raw.Bytes())
		if err := errors.Join(err, zip.Close(), text.Close()); err != nil {
			return nil, 0, fmt.Errorf("report: content: %w", err)
		}
		doc.Body = graph.Attrs{"content": packed.String(), "encoding": "gzip+base64"}
		raw = packed
	}
	if raw.Len() > k.opt.storedMost || size > contentMost {
		return nil, 0, &graph.InvalidError{What: "report", Fields: []graph.FieldError{{Field: "kind", Reason: fmt.Sprintf(
			"it has %d bytes, %d when compressed, and at most %d can be kept: limit it to a scope, or to a shorter time", size, raw.Len(), k.opt.storedMost)}}}
	}
	return doc, size, nil
}

// unpack gives the content of a document.
func unpack(d *graph.Document) ([]byte, error) {
	text := d.Body.String("content")
	if d.Body.String("encoding") == "" {
		return []byte(text), nil
	}
	zip, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader([]byte(text))))
	if err != nil {
		return nil, fmt.Errorf("report: content of %s: %w: %w", d.ID, graph.ErrCorrupt, err)
	}
	raw, err := io.ReadAll(io.LimitReader(zip, contentMost+1))
	if err != nil {
		return nil, fmt.Errorf("report: content of %s: %w: %w", d.ID, graph.ErrCorrupt, err)
	}
	if len(raw) > contentMost {
		return nil, fmt.Errorf("report: content of %s has more than %d bytes: %w", d.ID, contentMost, graph.ErrCorrupt)
	}
	return raw, nil
}

// decode reads a content; numbers keep their digits.
func decode(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("report: content: %w: %w", graph.ErrCorrupt, err)
	}
	return nil
}
