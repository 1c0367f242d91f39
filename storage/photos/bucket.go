package photos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Bucket is a Store in a bucket of an S3-compatible server. An object is put by one request, whole or not at all, with the
// MD5 of what is sent, so that the server refuses what arrived otherwise. Reading ends with the length that the server told.
type Bucket struct {
	// Patience bounds a call, all its tries together; a List of any length has it for each page.
	Patience time.Duration

	client *minio.Client
	way    *http.Transport
	bucket string
	prefix string
}

// defaultPatience leaves room for three tries, and an effect time for what else it does (two minutes in all).
const defaultPatience = 20 * time.Second

// tries is how often a call is made that the server did not answer, or answered with a fault of its own.
const tries = 3

// errBucketURL tells the form without quoting what was given: a secret stands in it.
var errBucketURL = errors.New("want s3://KEY:SECRET@host/bucket?region=REGION&prefix=FOLDER&tls=none, special characters of the secret as %XX")

// OpenBucket reads s3://KEY:SECRET@host[:port]/bucket?region=…&prefix=…&tls=… and does not call yet. Region is us-east-1
// where nothing is said; prefix comes before each name, as a folder; tls=none is plain HTTP, for a server on this machine.
func OpenBucket(where string) (*Bucket, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, errBucketURL
	}
	secret, _ := u.User.Password()
	bucket, query := strings.Trim(u.Path, "/"), u.Query()
	plainText := query.Get("tls") == "none"
	known := plainText || query.Get("tls") == ""
	if u.Scheme != "s3" || u.Host == "" || u.User.Username() == "" || secret == "" || bucket == "" || strings.Contains(bucket, "/") || !known {
		return nil, errBucketURL
	}
	region := query.Get("region")
	if region == "" {
		region = "us-east-1" // minio-go would ask the server for it at each start
	}
	b := &Bucket{Patience: defaultPatience, bucket: bucket, way: transport()}
	if folder := strings.Trim(query.Get("prefix"), "/"); folder != "" {
		b.prefix = folder + "/"
	}
	b.client, err = minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Secure: !plainText,
		Region: region, Transport: b.way, MaxRetries: 1})
	if err != nil {
		return nil, errBucketURL
	}
	return b, nil
}

// transport is minio-go's own, but that it dials no longer than a try lasts and never unpacks.
func transport() *http.Transport {
	return &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 8,
		DisableCompression: true} // sealed bytes do not shrink, and a length must stay what it was
}

// Close gives the connections back.
func (b *Bucket) Close() error {
	b.way.CloseIdleConnections()
	return nil
}

// Put sends the whole object in one request. A try that was cut short may have arrived: then the next one puts the same.
func (b *Bucket) Put(ctx context.Context, name string, sealed []byte) error {
	if !named(name) {
		return ErrName
	}
	if len(sealed) > MaxBytes {
		return ErrTooLong
	}
	return b.patiently(ctx, "put picture", func(ctx context.Context) error {
		_, err := b.client.PutObject(ctx, b.bucket, b.prefix+name, bytes.NewReader(sealed), int64(len(sealed)),
			minio.PutObjectOptions{ContentType: "application/octet-stream", SendContentMd5: true, DisableMultipart: true})
		return err
	})
}

// Get reads a whole object; one that ends early is read again.
func (b *Bucket) Get(ctx context.Context, name string) ([]byte, error) {
	if !named(name) {
		return nil, ErrName
	}
	var sealed []byte
	err := b.patiently(ctx, "read picture", func(ctx context.Context) error {
		body, about, _, err := (&minio.Core{Client: b.client}).GetObject(ctx, b.bucket, b.prefix+name, minio.GetObjectOptions{})
		if err != nil {
			return err
		}
		defer body.Close()
		if sealed, err = io.ReadAll(io.LimitReader(body, MaxBytes+1)); err != nil {
			return err
		}
		if len(sealed) <= MaxBytes && int64(len(sealed)) != about.Size {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(sealed) > MaxBytes {
		return nil, ErrTooLong
	}
	return sealed, nil
}

// Delete takes an object away; a bucket that keeps versions would keep it all the same, which Exposed tells.
func (b *Bucket) Delete(ctx context.Context, name string) error {
	if !named(name) {
		return ErrName
	}
	err := b.patiently(ctx, "remove picture", func(ctx context.Context) error {
		return b.client.RemoveObject(ctx, b.bucket, b.prefix+name, minio.RemoveObjectOptions{})
	})
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

// listedInPage is how many names a page of List has: S3's own most.
const listedInPage = 1000

// List reads page by page, each with the call's patience, and passes over names that are none of ours.
func (b *Bucket) List(ctx context.Context, each func(name string, at time.Time) error) error {
	for after := ""; ; {
		var page []minio.ObjectInfo
		err := b.patiently(ctx, "list pictures", func(ctx context.Context) (err error) {
			page, err = b.page(ctx, after)
			return err
		})
		if err != nil {
			return err
		}
		for _, object := range page {
			if name := strings.TrimPrefix(object.Key, b.prefix); named(name) {
				if err := each(name, object.LastModified); err != nil {
					return err
				}
			}
		}
		if len(page) < listedInPage {
			return nil
		}
		after = page[len(page)-1].Key
	}
}

func (b *Bucket) page(ctx context.Context, after string) ([]minio.ObjectInfo, error) {
	var page []minio.ObjectInfo
	for object := range b.client.ListObjectsIter(ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix, Recursive: true,
		StartAfter: after, MaxKeys: listedInPage}) {
		if object.Err != nil {
			return nil, object.Err
		}
		if page = append(page, object); len(page) == listedInPage {
			break
		}
	}
	return page, ctx.Err()
}

// patiently makes a call up to three times, each with a third of the patience, and tells its fault without names.
func (b *Bucket) patiently(ctx context.Context, doing string, call func(context.Context) error) (err error) {
	for try := range tries {
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", doing, ctx.Err())
		}
		if err = b.once(ctx, call); err == nil || lasting(err) || try == tries-1 {
			break
		}
		if wait(ctx, b.Patience/100<<try) != nil {
			return fmt.Errorf("%s: %w", doing, ctx.Err())
		}
	}
	return unnamed(doing, err)
}

func (b *Bucket) once(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, b.Patience/(tries+1))
	defer cancel()
	return call(ctx)
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lasting is a refusal: the same call would be refused again.
func lasting(err error) bool {
	var said minio.ErrorResponse
	return errors.As(err, &said) && said.StatusCode >= 400 && said.StatusCode < 500 &&
		said.StatusCode != http.StatusRequestTimeout && said.StatusCode != http.StatusTooManyRequests
}

// errLine is what is said of a connection that broke: minio-go's words for it hold the address and the name.
var errLine = errors.New("the line broke")

// unnamed says what the server or the network said without addresses and keys: a picture's name does not belong into logs.
func unnamed(doing string, err error) error {
	var said minio.ErrorResponse
	var network *net.OpError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said) && said.Code == minio.NoSuchKey:
		return ErrNone
	case errors.As(err, &said):
		return fmt.Errorf("%s: the server answers %d %s", doing, said.StatusCode, said.Code)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: no answer in time: %w", doing, context.DeadlineExceeded)
	case errors.As(err, &network):
		return fmt.Errorf("%s: %s: %w", doing, network.Op, network.Err)
	}
	return fmt.Errorf("%s: %w", doing, errLine)
}

// Exposed says how a bucket betrays what is in it: whether anybody may read an object without credentials, and whether it
// keeps versions of what is deleted. An error means that one of them is not known.
func (b *Bucket) Exposed(ctx context.Context, name string) (public, versioned bool, err error) {
	if !named(name) {
		return false, false, ErrName
	}
	err = b.patiently(ctx, "ask for versions", func(ctx context.Context) error {
		kept, err := b.client.GetBucketVersioning(ctx, b.bucket)
		versioned = kept.Status != "" // suspended: what was kept before is there still
		return err
	})
	if err != nil {
		return false, false, err
	}
	err = b.patiently(ctx, "ask without credentials", func(ctx context.Context) error {
		public, err = b.answers(ctx, name)
		return err
	})
	return public, versioned, err
}

// answers says whether an object is given to whoever asks.
func (b *Bucket) answers(ctx context.Context, name string) (bool, error) {
	at := *b.client.EndpointURL()
	at.Path = "/" + b.bucket + "/" + b.prefix + name
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return false, err
	}
	response, err := b.way.RoundTrip(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	return response.StatusCode < 300, nil
}
